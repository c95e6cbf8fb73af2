// The host's own bar: what WeChat and the telephone do outside the mini-program. No part of the mini-program.

import { make } from "../components/builtin.js";
import { become } from "./user.js";

const SIZES = [["1", "标准"], ["1.15", "大"], ["1.3", "更大"], ["1.6", "最大"]];

export function makeBar(phone) {
  const name = make("input", { id: "host-user", type: "text", maxlength: 40, value: phone.user, autocomplete: "off" });
  const who = make(
    "form",
    { submit: (event) => (event.preventDefault(), become(name.value.trim() || phone.user)) },
    make("label", { for: "host-user" }, "谁的手机"),
    name,
    make("button", { type: "submit" }, "换成这个人"),
  );
  const second = make("a", { href: "/mini/?user=%E6%89%8B%E6%9C%BA%E4%BA%8C", target: "_blank", rel: "noopener" }, "再开一部手机（手机二）");
  const network = make("input", { id: "host-network", type: "checkbox", checked: true, change: () => phone.network.set(network.checked) });
  const size = make(
    "select",
    { id: "host-size", change: () => phone.setTextSize(Number(size.value)) },
    ...SIZES.map(([value, text]) => make("option", { value, selected: value === String(phone.textSize ?? 1) }, text)),
  );
  const messages = make("a", { target: "_blank", rel: "noopener" }, "看微信消息");
  phone.platform = fetch("/mini/host.json")
    .then((answer) => answer.json())
    .then(({ wechatUrl, messagesUrl }) => {
      messages.href = messagesUrl ?? wechatUrl;
      return wechatUrl;
    });
  phone.platform.catch((fault) => console.warn(fault)); // who logs in meets it again

  const element = make(
    "aside",
    { class: "bar", "aria-label": "这部手机" },
    make("h2", {}, "这部手机"),
    make("p", {}, "左边的手机里是掌办小程序。这一栏不属于小程序，它代替微信和手机本身。"),
    make("div", { class: "bar-demo" }, make("b", {}, "演示"), make("p", {}, "手边没有身份证、户口簿？"), make("button", { type: "button", click: () => phone.demo.open() }, phone.demo.title), make("button", { type: "button", click: () => phone.demo.fill() }, "填上姓名和身份证号")),
    who,
    second,
    make("p", {}, network, make("label", { for: "host-network" }, "手机连着网")),
    make("p", {}, make("label", { for: "host-size" }, "手机的字"), size),
    messages,
    make("a", { href: "/desk/" }, "到镇里的工作台"),
    make("a", { href: "/" }, "回到首页"),
  );
  return { element };
}
