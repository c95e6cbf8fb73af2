// Every wx function answers in both ways: by success, fail and complete, or by a promise where none is given.

export class Fault extends Error {
  /** @param {string} text what stands behind "name:fail " */
  constructor(text, more = {}) {
    super(text);
    this.wx = text;
    this.more = more;
  }
}

/** Make `wx[name]` of a function that gives its result, or throws a Fault. */
export function both(name, run) {
  return (options = {}) => {
    const work = attempt(name, run, options);
    const { success, fail, complete } = options;
    const heard = typeof success === "function" || typeof fail === "function" || typeof complete === "function";
    const done = work.then(
      (result) => {
        success?.(result);
        complete?.(result);
        return result;
      },
      (fault) => {
        fail?.(fault);
        complete?.(fault);
        throw fault;
      },
    );
    if (!heard) {
      done.catch((fault) => fault?.errMsg && console.warn(fault.errMsg));
      return done;
    }
    done.catch((fault) => {
      if (!fault?.errMsg) console.error(fault); // a fault of the caller's own handler
    });
    return undefined;
  };
}

async function attempt(name, run, options) {
  try {
    return { errMsg: `${name}:ok`, ...(await run(options)) };
  } catch (fault) {
    if (!(fault instanceof Fault)) console.error(fault);
    const words = fault instanceof Fault ? fault.wx : String(fault?.message ?? fault);
    throw { errMsg: `${name}:fail ${words}`, ...fault?.more };
  }
}
