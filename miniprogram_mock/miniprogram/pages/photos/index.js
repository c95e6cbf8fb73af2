// Papers as photos: one place a paper, each photo kept on the phone until the server has it.

const { page } = require("../../lib/view");
const api = require("../../lib/api");
const cases = require("../../lib/cases");
const outbox = require("../../lib/outbox");

const MOST_BYTES = 10 * 1024 * 1024;

Page(
  page({
    data: { slots: [], found: null, left: 0 },
    async load() {
      const found = await cases.read(this.query.id);
      const stored = (await api.get(`/applications/${found.id}/documents`)).data.items;
      const slots = slotsOf(found, stored, outbox.waiting(found.id));
      this.setData({ found, slots, left: slots.filter((/** @type {any} */ one) => one.missing && !one.waiting).length });
      await this.showThumbs(slots);
    },
    /** The small pictures come after the page stands. @param {any[]} slots */
    async showThumbs(slots) {
      for (const [n, slot] of slots.entries()) {
        for (const [m, photo] of slot.photos.entries()) {
          if (photo.src || photo.kind !== "image") continue;
          try {
            const src = await thumb(photo.id);
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
      let chosen;
      try {
        chosen = await wx.chooseMedia({ count: 9, mediaType: ["image"], sourceType: ["camera", "album"], sizeType: ["compressed"] });
      } catch (refused) {
        if (/cancel/.test(/** @type {any} */ (refused).errMsg || "")) return;
        this.setData({ problem: { title: "打不开相机或相册。", detail: "请在手机设置里允许微信用相机和相册，或者换一种方式选照片。", code: "" } });
        return;
      }
      this.setData({ problem: null });
      for (const { tempFilePath, size } of chosen.tempFiles) {
        if (size > MOST_BYTES) {
          this.setData({ problem: { title: "这张照片太大了。", detail: "请重新拍一张，或者选小一点的。", code: "" } });
          continue;
        }
        await this.send(slot, tempFilePath);
      }
      this.again();
    },
    /** @param {any} slot @param {string} taken */
    async send(slot, taken) {
      // a temporary file ends with the app: what waits to be sent must not
      const file = await keepFile(taken);
      /** @type {Record<string, string>} */
      const body = { caseId: this.query.id, slot: slot.code };
      if (slot.memberId) body.memberId = slot.memberId;
      const at = this.data.slots.findIndex((/** @type {any} */ one) => one.key === slot.key);
      this.setData({ [`slots[${at}].sending`]: true });
      try {
        await outbox.send({ about: this.query.id, method: "POST", path: "/documents", body, file, label: slot.title });
      } catch (failure) {
        const problem = this.fail(failure);
        this.setData({ [`slots[${at}].error`]: problem.unheard ? "" : `${problem.title}${problem.detail}` });
      } finally {
        this.setData({ [`slots[${at}].sending`]: false });
      }
    },
    /** @param {any} event */
    async remove(event) {
      const { document } = event.currentTarget.dataset;
      const { confirm } = await wx.showModal({ title: "去掉这张照片？", content: "去掉后可以重新拍。", confirmText: "去掉", cancelText: "不去掉" });
      if (!confirm) return;
      try {
        const { etag } = await api.get(`/documents/${document}`);
        await api.remove(`/documents/${document}`, { match: etag });
        this.again();
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

/** @param {string} id @returns {Promise<string>} */
async function thumb(id) {
  const { SERVER, API } = require("../../lib/config");
  const session = require("../../lib/session");
  return new Promise((resolve, reject) => {
    wx.downloadFile({
      url: `${SERVER}${API}/documents/${id}/content?variant=thumb`,
      header: { authorization: `Bearer ${session.token()}` },
      success: ({ statusCode, tempFilePath }) => (statusCode === 200 ? resolve(tempFilePath) : reject(new Error("no thumb"))),
      fail: reject,
    });
  });
}

/** @param {string} taken @returns {Promise<string>} */
function keepFile(taken) {
  return new Promise((resolve) => {
    wx.getFileSystemManager().saveFile({
      tempFilePath: taken,
      success: ({ savedFilePath }) => resolve(savedFilePath),
      fail: () => resolve(taken), // no room: it is sent at once or not at all
    });
  });
}

/** A place for each paper that is asked for, with what is there. @param {any} found @param {any[]} stored @param {any[]} waiting */
function slotsOf(found, stored, waiting) {
  const places = found.programme.documents.flatMap((/** @type {any} */ paper) => placesOf(found, paper));
  return places.map((/** @type {any} */ place) => {
    const mine = (/** @type {any} */ one) => one.slot === place.code && (place.memberId || null) === (one.memberId || null);
    const photos = stored.filter(mine).map((one) => ({ id: one.id, kind: one.mediaType.startsWith("image") ? "image" : "file", removable: one.actions.includes("delete") }));
    const unsent = waiting.filter((one) => one.file && mine({ slot: one.body.slot, memberId: one.body.memberId }));
    return { ...place, photos, waiting: unsent.length, missing: place.wanted && !photos.length, error: "", sending: false };
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
