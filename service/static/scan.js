// A QR code is read by the camera where a browser can; a picture of it can be sent in any case.
"use strict";

for (const scan of document.querySelectorAll("[data-scan]")) {
  const EVERY_MILLISECONDS = 300;
  const form = scan.closest("form");
  const file = document.getElementById(scan.dataset.scan);
  const text = document.getElementById(scan.dataset.text);
  const [video, begin, take, stop, trouble] = ["video", "begin", "take", "stop", "trouble"].map(
    (name) => scan.querySelector(`[data-part="${name}"]`),
  );
  let stream = null;

  function show(isOn) {
    for (const part of [video, take, stop]) part.hidden = !isOn;
    begin.hidden = isOn;
  }

  function end() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
    show(false);
  }

  function send() {
    end();
    form.requestSubmit();
  }

  // Not every browser reads codes by itself: then the picture is sent, and the service reads it.
  async function detector() {
    const kinds = (await window.BarcodeDetector?.getSupportedFormats()) ?? [];
    return kinds.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  }

  async function watch(own) {
    const reader = await detector();
    while (reader !== null && stream === own) {
      const [code] = await reader.detect(video).catch(() => []);
      if (code?.rawValue && stream === own) {
        file.value = "";
        text.value = code.rawValue;
        send();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MILLISECONDS));
    }
  }

  async function start() {
    const wanted = { facingMode: "environment", width: { ideal: 1280 } };
    const own = await navigator.mediaDevices.getUserMedia({ video: wanted });
    stream = own;
    if (document.hidden) return end(); // while permission was asked for
    video.srcObject = own;
    video.hidden = false;
    await video.play();
    if (stream !== own) return;
    show(true);
    take.focus();
    watch(own);
  }

  begin.addEventListener("click", async () => {
    trouble.hidden = true;
    begin.disabled = true;
    try {
      await start();
    } catch {
      end();
      begin.hidden = true;
      trouble.hidden = false;
    }
    begin.disabled = false;
  });

  take.addEventListener("click", () => {
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = [video.videoWidth, video.videoHeight];
    picture.getContext("2d").drawImage(video, 0, 0);
    picture.toBlob((blob) => {
      if (blob === null) return;
      const files = new DataTransfer();
      files.items.add(new File([blob], "qr.jpg", { type: "image/jpeg" }));
      file.files = files.files;
      text.value = "";
      send();
    }, "image/jpeg", 0.92);
  });

  stop.addEventListener("click", () => {
    end();
    begin.focus();
  });
  window.addEventListener("pagehide", end);
  document.addEventListener("visibilitychange", () => document.hidden && end());
  scan.hidden = !navigator.mediaDevices?.getUserMedia;
}
