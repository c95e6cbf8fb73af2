// Notes and questions over a page.

import { ask, chooseOne, toast } from "../host/sheets.js";
import { Fault } from "./promise.js";

export function feedback(phone) {
  let away = null;
  let timer = 0;

  function show({ title = "", icon = "success", duration = 1500, mask = false }, stays) {
    hide();
    away = toast(phone, { title, icon, mask });
    if (!stays) timer = setTimeout(hide, duration);
  }

  function hide() {
    clearTimeout(timer);
    away?.();
    away = null;
  }

  return {
    asynchronous: {
      showToast: (options) => show(options, false),
      hideToast: hide,
      showLoading: (options) => show({ ...options, icon: "loading" }, true),
      hideLoading: hide,
      async showModal({ title, content, showCancel = true, cancelText, confirmText, editable, placeholderText }) {
        const answer = await ask(phone, {
          title, content, confirm: confirmText || "确定", cancel: showCancel ? cancelText || "取消" : null, editable, placeholder: placeholderText,
        });
        return { confirm: answer.ok, cancel: !answer.ok, content: editable && answer.ok ? answer.text : null };
      },
      async showActionSheet({ itemList, alertText = "请选择" }) {
        const index = await chooseOne(phone, alertText, itemList);
        if (index === null) throw new Fault("cancel");
        return { tapIndex: index };
      },
    },
  };
}
