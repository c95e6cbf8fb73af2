// The calls of one signing. The link's token and the sitting's secrets live in here and nowhere else: not in
// a page's data, not in storage. No log-in is used: the phone may be another person's.

const api = require("./api");

/** @param {string} token of the link */
function signing(token) {
  const path = `/consent-invitations/${token}`;
  /** @type {{token: string, reference: string} | null} */
  let sitting = null;
  const mine = () => ({ token: sitting ? sitting.token : null });
  return {
    get begun() {
      return sitting !== null;
    },
    open: async () => (await api.get(path, { token: null })).data,
    /** @param {{name: string, idNumber: string, card: string}} typed */
    async identify(typed) {
      sitting = (await api.post(`${path}/identification`, typed, { token: null })).data;
    },
    challenge: async () => (await api.post(`${path}/face-challenge`, undefined, mine())).data,
    /** @param {string} challengeId @param {string[]} frames @param {{face: boolean, review: boolean}} ticks */
    async check(challengeId, frames, ticks) {
      const reference = sitting ? sitting.reference : "";
      const body = { challengeId, reference, frames, faceConsent: ticks.face, reviewConsent: ticks.review };
      return (await api.post(`${path}/face-check`, body, mine())).data;
    },
    /** @param {any} body @param {string} key the same for the same signature, so that it is given once */
    sign: async (body, key) => (await api.post(`${path}/signature`, body, { ...mine(), key })).data,
    /** @param {string} reason */
    refuse: async (reason) => (await api.post(`${path}/refusal`, { reason: reason || null }, mine())).data,
    /** @param {string} way */
    wish: async (way) => (await api.post(`${path}/alternative`, { way }, { token: null })).data,
    /** @param {string} id */
    withdraw: async (id) => (await api.post(`/consents/${id}/withdrawal`, {}, mine())).data,
    /** @param {string} id */
    evidence: async (id) => (await api.get(`/consents/${id}/evidence`, mine())).data,
    /** A fresh link for one that ran out: {outcome, text, token?}. */
    renew: async () => (await api.post(`${path}/renewal`, undefined, { token: null })).data,
    end() {
      sitting = null;
    },
  };
}

module.exports = { signing };
