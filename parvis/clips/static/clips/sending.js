// How far an upload is: name, bar, amount, one line of status, and the buttons that fit.

const MB = 1000000;

export class SendingView {
  constructor(host, parts) {
    this.texts = host.dataset;
    this.parts = parts;
    this.number = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 1 });
  }

  show(upload) {
    this.upload = upload;
    this.parts.sending.hidden = false;
    this.parts.name.textContent = upload.file.name;
    for (const name of ["began", "progress", "offline", "done"]) upload.addEventListener(name, () => this.paint(name));
    this.paint();
  }

  paint(event = "") {
    const { upload, parts, texts } = this;
    const all = upload.file.size;
    parts.bar.value = all ? (upload.sent / all) * 100 : 0;
    parts.amount.textContent = texts.textLeft
      .replace("{done}", this.number.format(upload.sent / MB))
      .replace("{all}", this.number.format(all / MB));
    const waits = event === "offline" || upload.state === "offline";
    const status = { paused: texts.textPaused, done: texts.textUploaded }[upload.state] ?? (waits ? texts.textOffline : texts.textUploading);
    if (parts.status.textContent !== status) parts.status.textContent = status;
    const button = (name) => parts.sending.querySelector(`[data-does=${name}]`);
    parts.buttons.hidden = upload.state === "done";
    button("pause").hidden = upload.state !== "sending";
    button("resume").hidden = !["paused", "offline"].includes(upload.state);
  }
}
