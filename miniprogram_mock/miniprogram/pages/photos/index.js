// Papers as photos: one place a paper, each photo kept on the phone until the server has it.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const cases = require("../../lib/cases");
const outbox = require("../../lib/outbox");
const photos = require("../../lib/photos");

Page(
  page({
    data: { slots: [], found: null, left: 0 },
    onLoad() {
      /** What was said of the last photo of a place, by its key: it stays until the next one. @type {Record<string, string>} */
      this.refused = {};
    },
    async load() {
      const found = await cases.read(this.query.id);
      const stored = (await api.get(`/applications/${found.id}/documents`)).data.items;
      const slots = slotsOf(found, stored, outbox.waiting(found.id), this.refused);
      this.setData({ found, slots, left: slots.filter((/** @type {any} */ one) => one.missing && !one.waiting).length });
      await this.showThumbs(slots);
    },
    /** The small pictures come after the page stands. @param {any[]} slots */
    async showThumbs(slots) {
      for (const [n, slot] of slots.entries()) {
        for (const [m, photo] of slot.photos.entries()) {
          if (photo.src || photo.kind !== "image") continue;
          try {
            const src = await photos.thumb(photo.id);
            this.setData({ [`slots[${n}].photos[${m}].src`]: src });
          } catch {
            return; // the words beside it say that it is there
          }
        }
      }
    },
    /** @param {any} event */
    async add(event) {
      const slot = this.data.slots[Number(event.currentTarget.dataset.at)];
      const chosen = await photos.choose(this, 9);
      const { problem } = this.data; // some may be too large to send
      if (!chosen.length) return;
      this.refused[slot.key] = "";
      for (const taken of chosen) await this.send(slot, taken);
      await this.again();
      if (problem) this.setData({ problem });
    },
    /** @param {any} slot @param {string} taken */
    async send(slot, taken) {
      const at = this.data.slots.findIndex((/** @type {any} */ one) => one.key === slot.key);
      this.setData({ [`slots[${at}].sending`]: true });
      try {
        await photos.send(this.query.id, slot, taken);
      } catch (failure) {
        const problem = this.fail(failure);
        this.refused[slot.key] = problem.unheard ? "" : `${problem.title}${problem.detail}`;
      } finally {
        this.setData({ [`slots[${at}].sending`]: false });
      }
    },
    /** @param {any} event */
    async remove(event) {
      try {
        if (await photos.remove(event.currentTarget.dataset.document)) this.again();
      } catch (failure) {
        this.fail(failure);
      }
    },
    /** @param {any} event */
    look(event) {
      const { src } = event.currentTarget.dataset;
      if (src) wx.previewImage({ urls: [src] });
    },
    done() {
      wx.navigateBack({ delta: 1 });
    },
  }),
);

/** A place for each paper that is asked for, with what is there. @param {any} found @param {any[]} stored @param {any[]} waiting @param {Record<string, string>} refused */
function slotsOf(found, stored, waiting, refused) {
  const places = found.programme.documents.flatMap((/** @type {any} */ paper) => placesOf(found, paper));
  return places.map((/** @type {any} */ place) => {
    const mine = (/** @type {any} */ one) => one.slot === place.code && (place.memberId || null) === (one.memberId || null);
    const photos = stored.filter(mine).map((one) => ({ id: one.id, kind: one.mediaType.startsWith("image") ? "image" : "file", removable: one.actions.includes("delete") }));
    const unsent = waiting.filter((one) => one.file && mine({ slot: one.body.slot, memberId: one.body.memberId }));
    return { ...place, photos, waiting: unsent.length, missing: place.wanted && !photos.length, error: refused[place.key] || "", sending: false };
  });
}

/** @param {any} found @param {any} paper */
function placesOf(found, paper) {
  const gaps = found.missing.filter((/** @type {any} */ gap) => gap.path.endsWith(`/documents/${paper.code}`));
  if (paper.per === "household") {
    const wanted = paper.required === "always" || gaps.length > 0;
    return [{ key: paper.code, code: paper.code, memberId: "", title: paper.words.zh, wanted, optional: !wanted }];
  }
  const people = found.members.filter((/** @type {any} */ one) => one.role === "member" && fits(paper.per, one, found, gaps));
  return people.map((/** @type {any} */ one) => ({
    key: `${paper.code}.${one.id}`, code: paper.code, memberId: one.id, title: `${one.name}：${paper.words.zh}`,
    wanted: paper.required === "always", optional: paper.required !== "always",
  }));
}

/** Whether a paper wanted `per` such a person concerns this one. @param {string} per @param {any} one @param {any} found @param {any[]} gaps */
function fits(per, one, found, gaps) {
  if (per === "adult_member") return Boolean(one.signer) || gaps.some((gap) => gap.path.startsWith(`/members/${found.members.indexOf(one)}/`));
  if (per === "disabled_member") return one.health === "disabled";
  if (per === "incapable_member") return one.incapable;
  if (per === "earning_member") return one.incomes.length > 0;
  return true;
}
