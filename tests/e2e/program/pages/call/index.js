// Calls whatever a test types: {id, name, options, times, abort, file, late} or {id, sync, args}; {"much": n} is a long text.

const { noted } = require("../../lib/note");

Page(
  noted("call", {
    data: { text: "", result: "", progress: 0 },
    typed(event) {
      this.setData({ text: event.detail.value });
    },
    async run() {
      const { id, name, options = {}, times = 1, sync, args = [], file, abort, late } = JSON.parse(this.data.text, long);
      if (sync) return this.tell(id, [attempt(() => wx[sync](...args))]);
      if (late) await null; // what follows is no part of the tap any more
      const owner = file ? wx.getFileSystemManager() : wx;
      const calls = Array.from({ length: times }, (_, at) => {
        const given = options.urls && name === "uploadFile" ? { ...options, url: options.urls[at % options.urls.length] } : options;
        return new Promise((done) => {
          const task = owner[name]({ ...given, success: done, fail: done });
          if (task && task.onProgressUpdate) task.onProgressUpdate(({ progress }) => this.setData({ progress }));
          if (abort) task.abort();
        });
      });
      return this.tell(id, await Promise.all(calls));
    },
    numbered(event) {
      this.setData({ result: JSON.stringify(event.detail) });
    },
    tell(id, results) {
      this.setData({ result: JSON.stringify({ id, results }) });
    },
  }),
);

function long(_, value) {
  return value && value.much ? "好".repeat(value.much) : value;
}

function attempt(run) {
  try {
    return { value: run() };
  } catch (fault) {
    return { thrown: fault.message };
  }
}
