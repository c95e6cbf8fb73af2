// Where a person goes on after something went wrong: to the step that can be mended, never to an end.

/**
 * @typedef {object} Next
 * @property {string} step
 * @property {string[]} [fields] wrong fields of the step "who"
 * @property {boolean} [slower] the same again with more time
 * @property {boolean} [afresh] what the phone holds of this is not to be sent again
 */

/** @type {Record<string, Next>} */
const BY_CODE = {
  identity_not_matching: { step: "who", fields: ["name", "idNumber"] },
  reference_broken: { step: "card", afresh: true },
  face_consent_missing: { step: "face" },
  face_not_matching: { step: "face" },
  frames_differ: { step: "face" },
  face_stands_still: { step: "face", slower: true },
  wrong_turn: { step: "face", slower: true },
  challenge_not_met: { step: "face", slower: true },
  challenge_used: { step: "face" },
  frame_too_large: { step: "face" },
  frames_count: { step: "face" },
  face_needs_person: { step: "ways" },
  not_verified: { step: "face" },
  statement_changed: { step: "told", afresh: true },
  move_not_possible: { step: "told", afresh: true },
  agreement_missing: { step: "pad" },
  signature_empty: { step: "pad" },
  signature_broken: { step: "pad", afresh: true },
  signature_too_long: { step: "pad", afresh: true },
  consent_already_given: { step: "over" },
  invitation_expired: { step: "expired" },
  invitation_still_good: { step: "told", afresh: true },
};

// Nothing is left to do by this link; the server's words say why and what now.
for (const code of ["not_found", "replaced", "given", "refused", "withdrawn"]) BY_CODE[`invitation_${code}`] = { step: "over" };
for (const code of ["no_link", "renewal_closed"]) BY_CODE[code] = { step: "over" };

// What can be wrong with any picture; where it is mended depends on which one was sent.
const PICTURE = new Set(["no_face", "two_faces", "face_too_small", "photo_unreadable", "image_broken", "image_too_large", "file_type_not_taken"]);

/** Steps that a call is made from; "" where it is made from several: one stays. @type {Record<string, string>} */
const HOME = { open: "told", identify: "card", challenge: "face", check: "face", sign: "pad", refuse: "no", wish: "", renew: "expired", withdraw: "done", evidence: "done" };

/** @param {string} call which call failed @param {{status: number, code: string, errors: {path: string}[]}} problem @returns {Next} */
function next(call, problem) {
  const home = { step: HOME[call] };
  if (problem.status === 401) return { step: "card" }; // the sitting's 15 minutes are over: say who I am again
  if (PICTURE.has(problem.code)) return { ...home, afresh: true };
  if (BY_CODE[problem.code]) return BY_CODE[problem.code];
  if (call === "identify" && problem.errors.some((one) => /^\/(name|idNumber)/.test(one.path))) {
    return { step: "who", fields: problem.errors.map((one) => one.path.slice(1)) };
  }
  return home;
}

module.exports = { next };
