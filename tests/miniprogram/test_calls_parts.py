"""What the mini-program takes for unheard, so that it sends the same once more."""

from __future__ import annotations

import pytest

from backend.web.idempotency import KeyReused, StillRunning
from tests.miniprogram.parts import answer


@pytest.mark.parametrize(
    ("status", "code", "unheard"),
    [
        (0, "offline", True),
        (502, "no_answer", True),
        (409, StillRunning.code, True),
        (401, "session_ended", True),
        (429, "too_many_requests", True),
        (409, "consent_already_given", False),
        (422, KeyReused.code, False),
    ],
)
def test_what_nobody_answered_is_sent_again_and_what_was_refused_is_not(
    status: int, code: str, unheard: bool
) -> None:
    script = (
        'const { Problem } = part("api"); return new Problem(given[0], { code: given[1] }).unheard'
    )
    assert answer(script, [status, code]) is unheard


SERVED = """
const sent = [], went = [], pauses = [], removed = [];
const session = (token, year) => ({ token, expiresAt: `${year}-01-01T00:00:00Z` });
const holds = (token, year) => kept.set("zb.session", JSON.stringify(session(token, year)));
holds("old", 2999);
kept.set("zb.typed.who", JSON.stringify({ name: "王秀莲" }));
globalThis.setTimeout = (then, ms) => { pauses.push(ms); then(); };
Object.assign(wx, {
  login: async () => ({ code: "1" }),
  reLaunch: ({ url }) => went.push(url),
  getStorageInfoSync: () => ({ keys: [...kept.keys()] }),
  getFileSystemManager: () => ({ removeSavedFile: ({ filePath }) => removed.push(filePath) }),
  request: ({ url, header, success }) => {
    if (url.endsWith("/sessions/wechat")) {
      success({ statusCode: 201, data: session("new", 2999), header: {} });
      return;
    }
    sent.push([header.authorization, header["idempotency-key"]]);
    const [statusCode, code, wait] = given.shift();
    success({ statusCode, data: { code }, header: wait ? { "Retry-After": String(wait) } : {} });
  },
});
const told = (failure) => failure.code;
const keys = () => [...kept.keys()];
"""


@pytest.mark.parametrize(
    ("answers", "code", "pauses"),
    [
        (
            [[503, "database_busy", 2], [409, "changed_meanwhile", 1], [201, "done", 0]],
            "done",
            [2000, 1000],
        ),
        ([[503, "database_busy", 5]] * 3, "database_busy", [5000, 5000]),
        ([[503, "database_busy", 60]], "database_busy", []),
        ([[503, "database_busy", 0]], "database_busy", []),
        ([[409, "version_stale", 1]], "version_stale", []),
    ],
)
def test_what_is_over_in_a_moment_is_waited_for_with_the_same_key(
    answers: list[list[object]], code: str, pauses: list[int]
) -> None:
    script = """
    return part("api").post("/x", {}).then(({ data }) => data.code, told)
      .then((code) => {
        const keys = new Set(sent.map(([, key]) => key)).size;
        return { code, pauses, keys, times: sent.length };
      });
    """
    found = answer(SERVED + script, answers)
    assert found == {"code": code, "pauses": pauses, "keys": 1, "times": len(pauses) + 1}


@pytest.mark.parametrize("known", [False, True], ids=["the server says so", "the phone knows"])
def test_a_log_in_that_ran_out_is_made_anew_on_a_phone_of_ones_own(known: bool) -> None:
    script = f"""
    holds("old", {2020 if known else 2999});
    """
    script += """
    return part("api").get("/x")
      .then(({ data }) => ({ code: data.code, sent, went, keys: keys() }));
    """
    refused = [] if known else [[401, "session_ended", 0]]
    found = answer(SERVED + script, [*refused, [200, "done", 0]])
    tried = [] if known else ["Bearer old"]
    assert [token for token, _ in found["sent"]] == [*tried, "Bearer new"]
    assert (found["code"], found["went"]) == ("done", [])
    assert "zb.typed.who" in found["keys"]


@pytest.mark.parametrize(
    "begin",
    [
        'part("api").get("/x")',
        '(holds("old", 2020), part("session").ensure())',
    ],
    ids=["the server says so", "the phone knows"],
)
def test_a_phone_that_several_share_forgets_who_was_there_when_the_time_is_over(begin: str) -> None:
    script = f"""
    kept.set("zb.phone.shared", "true");
    kept.set("zb.outbox", JSON.stringify([{{ key: "1", file: "wxfile://card.jpg" }}]));
    return {begin}.then(() => "went on", told)
      .then((code) => ({{ code, went, removed, keys: keys() }}));
    """
    found = answer(SERVED + script, [[401, "session_ended", 0]])
    assert found == {
        "code": "phone_left",
        "went": ["/pages/home/index"],
        "removed": ["wxfile://card.jpg"],
        "keys": ["zb.phone.shared", "zb.phone.left"],
    }


def test_a_shared_phone_is_clean_when_it_is_opened_and_one_of_ones_own_keeps_all() -> None:
    script = """
    holds("old", 2020);
    let app;
    globalThis.App = (options) => { app = options; };
    wx.onNetworkStatusChange = () => {};
    require(process.cwd() + "/app.js");
    app.onLaunch();
    app.onShow();
    const own = keys().length;
    kept.set("zb.phone.shared", "true");
    app.onShow();  // it had been open since
    const moved = went.splice(0), left = keys();
    holds("old", 2020);
    app.onLaunch();  // opened by a link to sign
    app.onShow();
    return { own, moved, left, opened: went, again: keys() };
    """
    left = ["zb.phone.shared", "zb.phone.left"]
    assert answer(SERVED + script, []) == {
        "own": 2,
        "moved": ["/pages/home/index"],
        "left": left,
        "opened": [],
        "again": left,
    }


def test_a_photo_that_was_sent_or_refused_stays_on_no_phone() -> None:
    script = """
    wx.uploadFile = ({ success }) => {
      const [statusCode, code] = given.shift();
      success({ statusCode, data: JSON.stringify({ code }), header: {} });
    };
    const one = (file) => part("outbox")
      .send({ about: "1", method: "POST", path: "/documents", file, label: "身份证" }).catch(told);
    return one("a").then(() => one("b")).then(() => one("c"))
      .then(() => ({ removed, waits: part("outbox").waiting("1").map(({ file }) => file) }));
    """
    found = answer(SERVED + script, [[201, "done"], [422, "invalid"], [429, "too_many_requests"]])
    assert found == {"removed": ["a", "b"], "waits": ["c"]}


ASKED = """
const asked = [];
wx.requestSubscribeMessage = async ({ tmplIds }) => { asked.push(tmplIds); return given(tmplIds); };
wx.request = ({ success }) =>
  success({ statusCode: 200, data: { templateIds: ["a", "b", "c", "d"] }, header: {} });
const { prepare, ask } = part("subscribe");
"""


def test_messages_are_asked_for_in_the_tap_itself_and_never_more_than_wechat_takes() -> None:
    script = ASKED.replace("given(tmplIds)", '({ a: "reject", b: "accept", c: "filter" })')
    found = answer(
        script
        + """
        return prepare().then(async (ready) => {
          const running = ask();
          const atOnce = asked.length;  // nothing was waited for
          return { ready, atOnce, said: await running, asked };
        });
        """
    )
    assert found == {"ready": True, "atOnce": 1, "said": "yes", "asked": [["a", "b", "c"]]}


@pytest.mark.parametrize(
    ("wechat", "said"),
    [
        ('({ a: "reject", b: "filter", c: "ban" })', "no"),
        ('Promise.reject({ errMsg: "requestSubscribeMessage:fail", errCode: 20004 })', "off"),
    ],
)
def test_a_no_to_messages_is_an_answer_and_no_fault(wechat: str, said: str) -> None:
    script = ASKED.replace("given(tmplIds)", wechat)
    assert answer(script + "return prepare().then(ask);") == said
