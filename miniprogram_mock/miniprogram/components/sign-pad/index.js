// A frame to write one's name in, with a finger or a mouse. Gives `written` with {strokes, across, down}; strokes
// are [] when there is no name yet. `kept` is what it gave before, shown again.

const pads = require("../../lib/sign_pad");
const { canvasOf } = require("../../lib/pictures");

const INK = "#1f2a2e";

Component({
  properties: {
    locked: { type: Boolean, value: false }, // sent, and nobody knows whether it arrived: the same goes out again
    error: { type: String, value: "" },
    kept: { type: Object, value: null },
  },
  data: { empty: true },
  lifetimes: {
    /** @this {any} */
    created() {
      this.pad = pads.empty();
    },
    /** @this {any} */
    ready() {
      const { kept } = this.data;
      if (kept) this.pad = pads.restored(kept, Date.now());
      this.setData({ empty: !this.pad.strokes.length });
      this.measure();
    },
  },
  pageLifetimes: {
    /** @this {any} */
    resize() {
      this.measure();
    },
  },
  methods: {
    /** The canvas has its size now, also after the phone was turned. @this {any} */
    async measure() {
      const { node, width, height } = await canvasOf(this, "#pad");
      const { pixelRatio } = wx.getWindowInfo();
      this.node = node;
      node.width = Math.round(width * pixelRatio);
      node.height = Math.round(height * pixelRatio);
      this.pen = node.getContext("2d");
      this.pen.scale(pixelRatio, pixelRatio);
      pads.resize(this.pad, width, height);
      this.draw();
    },
    /** @this {any} */
    draw() {
      const { pen, pad } = this;
      pen.clearRect(0, 0, this.node.width, this.node.height);
      for (const stroke of pad.strokes) this.line(stroke, 0);
    },
    /** @param {number[][]} stroke @param {number} from draw from this point on @this {any} */
    line(stroke, from) {
      const { pen, pad } = this;
      pen.strokeStyle = INK;
      pen.lineWidth = 5;
      pen.lineCap = "round";
      pen.lineJoin = "round";
      pen.beginPath();
      pen.moveTo(stroke[from][0] * pad.scale, stroke[from][1] * pad.scale);
      for (const [x, y] of stroke.slice(from + 1)) pen.lineTo(x * pad.scale, y * pad.scale);
      pen.stroke();
    },
    /** @param {any} event @this {any} */
    down(event) {
      if (this.data.locked || !this.pen) return;
      const { x, y } = event.touches[0];
      pads.begin(this.pad, x, y, Date.now());
    },
    /** @param {any} event @this {any} */
    moved(event) {
      if (this.data.locked || !this.pen) return;
      const { x, y } = event.touches[0];
      if (!pads.move(this.pad, x, y, Date.now())) return;
      const stroke = this.pad.strokes[this.pad.strokes.length - 1];
      this.line(stroke, stroke.length - 2);
    },
    /** @this {any} */
    up() {
      if (!this.pad.writing) return;
      pads.lift(this.pad);
      this.tell();
    },
    /** @this {any} */
    undo() {
      pads.undo(this.pad);
      this.draw();
      this.tell();
    },
    /** @this {any} */
    clear() {
      this.pad = pads.empty();
      this.measure();
      this.tell();
    },
    /** @this {any} */
    tell() {
      const { across, down } = this.pad;
      const strokes = pads.isWritten(this.pad) ? this.pad.strokes : [];
      this.setData({ empty: !this.pad.strokes.length });
      this.triggerEvent("written", { strokes, across, down });
    },
  },
});
