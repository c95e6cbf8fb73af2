// Pictures of made-up papers, drawn here: each says that it is none.

import { make } from "../components/builtin.js";

const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const TABLE = { width: 1600, height: 1200 };
const CARD = { left: 200, top: 220, width: 1200, height: 757 };
const PORTRAIT = { left: 890, top: 250, width: 480, height: 600 };
const ZOOM = 1.35; // as the style shows it: most cameras see more than a face

/** An ID card on a table; without a `face` it shows a drawn outline, which no machine takes for one. */
export function idCard(person, face) {
  return picture((pen) => {
    plain(pen, "#78583a", 0, 0, TABLE.width, TABLE.height);
    plain(pen, "#e1e8f0", CARD.left, CARD.top, CARD.width, CARD.height);
    const lines = [
      ["姓名", person.name],
      ["性别", `${Number(person.idNumber[16]) % 2 ? "男" : "女"}　民族 汉`],
      ["出生", `${person.idNumber.slice(6, 10)} 年 ${Number(person.idNumber.slice(10, 12))} 月 ${Number(person.idNumber.slice(12, 14))} 日`],
      ["住址", "陕西省宝鸡市金台区陈仓镇"],
    ];
    lines.forEach(([label, text], at) => {
      write(pen, label, 260, 360 + at * 110, 40, "#2f5f9e");
      write(pen, text, 380, 360 + at * 110, 44);
    });
    write(pen, "公民身份号码", 260, 920, 40, "#2f5f9e");
    write(pen, person.idNumber, 540, 920, 52);
    if (face) cover(pen, face, PORTRAIT);
    else outline(pen);
    write(pen, "演示用，不是真证件", 260, 830, 36, "#a3231d");
  });
}

/** A page of paper with a title and lines: the household register, a proof. */
export function page(title, lines) {
  return picture((pen) => {
    plain(pen, "#eee6d2", 0, 0, TABLE.width, TABLE.height);
    write(pen, title, 120, 180, 72);
    write(pen, "演示用，不是真证件", 120, 260, 36, "#a3231d");
    lines.forEach((text, at) => {
      plain(pen, "#5a5046", 120, 380 + at * 110, 1360, 3);
      write(pen, text, 140, 360 + at * 110, 44);
    });
  });
}

/** What a camera sees, cut to a portrait's form around the middle. */
export function portraitOf(video) {
  const { width, height } = PORTRAIT;
  const canvas = make("canvas", { width, height });
  const [left, top] = [(-width * (ZOOM - 1)) / 2, (-height * (ZOOM - 1)) / 2];
  cover(canvas.getContext("2d"), video, { left, top, width: width * ZOOM, height: height * ZOOM });
  return canvas.toDataURL("image/jpeg", 0.92);
}

function picture(draw) {
  const canvas = make("canvas", TABLE);
  draw(canvas.getContext("2d"));
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
}

function plain(pen, colour, left, top, width, height) {
  pen.fillStyle = colour;
  pen.fillRect(left, top, width, height);
}

function write(pen, text, left, base, size, colour = "#1f2a2e") {
  pen.fillStyle = colour;
  pen.font = `${size}px ${FONT}`;
  pen.fillText(text, left, base);
}

function cover(pen, image, { left, top, width, height }) {
  const [wide, high] = [image.videoWidth ?? image.naturalWidth, image.videoHeight ?? image.naturalHeight];
  const share = Math.max(width / wide, height / high);
  const [cutWide, cutHigh] = [width / share, height / share];
  pen.drawImage(image, (wide - cutWide) / 2, (high - cutHigh) / 2, cutWide, cutHigh, left, top, width, height);
}

function outline(pen) {
  const { left, top, width, height } = PORTRAIT;
  plain(pen, "#f4f6f5", left, top, width, height);
  pen.fillStyle = "#c9d3d0";
  pen.beginPath();
  pen.arc(left + width / 2, top + 220, 120, 0, 2 * Math.PI);
  pen.arc(left + width / 2, top + height, 200, Math.PI, 2 * Math.PI);
  pen.fill();
}
