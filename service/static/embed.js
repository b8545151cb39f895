// Cards for links to shared badges, on pages of others:
//
//   <a class="insignia-badge" href="https://HOST/s/TOKEN">Name · Issuer</a>
//   <script async src="https://HOST/static/embed.js"></script>
//
// Each such link to the host of this script becomes a card with what was signed and the verdict of
// this moment. Whatever goes wrong, the link stays the link that it was.
"use strict";

(() => {
  const EVERY_MILLISECONDS = 5 * 60_000; // as long as somebody looks at the page
  const LEAST_MILLISECONDS = 60_000; // between two questions about one badge
  const PATIENCE_MILLISECONDS = 10_000;
  const MOST_CARDS = 50; // on one page: each costs the host a verification
  const MOST_CHARACTERS = 300; // of a name
  const LINK = /^s\/([a-z2-7]{16,64})$/;
  const PICTURE = /^data:image\/(?:png|jpeg);base64,/;

  // The mark comes from the verdict, and from nothing that a credential says.
  const MARKS = { VERIFIED: "✔", REJECTED: "✖", INCONCLUSIVE: "?" };
  const REASONS = ["REVOKED", "SUSPENDED", "EXPIRED", "NOT_YET_VALID"];
  const WORDS = {
    en: {
      VERIFIED: "Verified",
      REJECTED: "Not valid",
      INCONCLUSIVE: "Could not be decided",
      REVOKED: "The issuer has revoked it.",
      SUSPENDED: "The issuer has suspended it for now.",
      EXPIRED: "It has expired.",
      NOT_YET_VALID: "It is not valid yet.",
      TRIAL: "TRIAL",
    },
    ca: {
      VERIFIED: "Verificada",
      REJECTED: "No vàlida",
      INCONCLUSIVE: "No s'ha pogut determinar",
      REVOKED: "L'emissor l'ha revocada.",
      SUSPENDED: "De moment, l'emissor l'ha suspesa.",
      EXPIRED: "Ha caducat.",
      NOT_YET_VALID: "Encara no és vàlida.",
      TRIAL: "PROVA",
    },
    es: {
      VERIFIED: "Verificada",
      REJECTED: "No válida",
      INCONCLUSIVE: "No se pudo determinar",
      REVOKED: "El emisor la ha revocado.",
      SUSPENDED: "Por ahora, el emisor la ha suspendido.",
      EXPIRED: "Ha caducado.",
      NOT_YET_VALID: "Aún no es válida.",
      TRIAL: "PRUEBA",
    },
    fr: {
      VERIFIED: "Vérifié",
      REJECTED: "Non valable",
      INCONCLUSIVE: "Il n’a pas été possible de trancher",
      REVOKED: "L’émetteur l’a révoqué.",
      SUSPENDED: "L’émetteur l’a suspendu pour le moment.",
      EXPIRED: "Il a expiré.",
      NOT_YET_VALID: "Il n’est pas encore valable.",
      TRIAL: "ESSAI",
    },
    ar: {
      VERIFIED: "تم التحقق منها",
      REJECTED: "غير صالحة",
      INCONCLUSIVE: "تعذّر البتّ في الأمر",
      REVOKED: "ألغتها الجهة المُصدِرة.",
      SUSPENDED: "علَّقتها الجهة المُصدِرة في الوقت الحالي.",
      EXPIRED: "انتهت صلاحيتها.",
      NOT_YET_VALID: "لم تبدأ صلاحيتها بعد.",
      TRIAL: "تجريبية",
    },
  };

  // The page's own styles stay outside; its color-scheme comes in, so that the card fits its ground.
  const STYLE = `
    :host { all: initial; color-scheme: inherit; display: inline-block; max-inline-size: 100%; vertical-align: middle; }
    .card { --mark: light-dark(#7a5200, #f0c36a);
      display: inline-flex; gap: 0.75em; align-items: center; box-sizing: border-box; max-inline-size: min(26em, 100%);
      padding: 0.6em 0.9em; border: 1px solid light-dark(#7c868b, #7e8a90); border-inline-start: 5px solid var(--mark);
      border-radius: 0.6em; background: light-dark(#ffffff, #1c2225); color: light-dark(#1b2326, #e9ecec);
      font: 1em/1.35 system-ui, sans-serif; text-align: start; text-decoration: none; overflow-wrap: anywhere; }
    .card.VERIFIED { --mark: light-dark(#186a3b, #7fd6a2); }
    .card.REJECTED { --mark: light-dark(#a3142c, #ff9aa8); background: light-dark(#fcecee, #33181d); }
    .card:hover .name { text-decoration: underline; }
    .card:focus-visible { outline: 3px solid light-dark(#0b5d66, #7fd1da); outline-offset: 2px; }
    img { flex: none; inline-size: 3.5em; block-size: 3.5em; object-fit: contain; }
    .text { display: flex; flex-direction: column; min-inline-size: 0; }
    .card[dir="rtl"] .text > * { text-align: right; }
    .card[dir="ltr"] .text > * { text-align: left; }
    .name { font-weight: 700; }
    .issuer { font-size: 0.9em; }
    .proven { font: 0.78em/1.35 ui-monospace, monospace; color: light-dark(#55626a, #a9b4b9); }
    .verdict { font-size: 0.9em; font-weight: 700; color: var(--mark); }
    .trial { border: 1px solid; border-radius: 0.3em; padding-inline: 0.3em; }
    @media (prefers-contrast: more) { .card, .proven { border-color: currentColor; color: light-dark(#000000, #ffffff); } }
    @media (forced-colors: active) { .card { border-color: LinkText; } .card:focus-visible { outline-color: Highlight; } }
  `;

  // A page's <form name="currentScript"> would stand before the property itself.
  const own = (name) => Object.getOwnPropertyDescriptor(Document.prototype, name).get.call(document);
  const source = own("currentScript")?.src;
  if (!source || !("adoptedStyleSheets" in Document.prototype)) return;
  const base = new URL("../", source);
  const begun = Symbol.for(`insignia ${base}`); // the HTML of two badges brings the script twice
  if (window[begun]) return;
  window[begun] = true;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  const cards = [];

  function part(name, text, language = "") {
    const element = document.createElement("span");
    element.className = name;
    element.dir = "auto";
    if (language) element.lang = language;
    element.append(text);
    return element;
  }

  function tokenOf(link) {
    if (link.origin !== base.origin || !link.pathname.startsWith(base.pathname)) return null;
    return LINK.exec(link.pathname.slice(base.pathname.length))?.[1] ?? null;
  }

  function line(value) {
    return typeof value === "string" && value.trim() ? value.slice(0, MOST_CHARACTERS) : null;
  }

  // A picture is shown from the host or out of the credential, never from anybody else.
  function picture(value) {
    if (typeof value !== "string") return null;
    if (!value.startsWith(base.href) && !PICTURE.test(value)) return null;
    const image = document.createElement("img");
    image.alt = "";
    image.referrerPolicy = "no-referrer";
    image.addEventListener("error", () => image.remove());
    image.src = value;
    return image;
  }

  function languageOf(link) {
    const tag = link.closest("[lang]")?.lang.toLowerCase().split("-")[0] ?? "en";
    return Object.hasOwn(WORDS, tag) ? tag : "en";
  }

  async function ask(card) {
    try {
      const answer = await fetch(card.address, {
        credentials: "omit",
        referrerPolicy: "no-referrer",
        redirect: "error",
        cache: card.said ? "no-cache" : "default",
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
      });
      const report = answer.ok ? await answer.json() : null;
      return isReadable(report) ? report : null;
    } catch {
      return null;
    }
  }

  function isReadable(report) {
    if (typeof report?.verdict !== "string" || !Object.hasOwn(MARKS, report.verdict)) return false;
    return report.verdict !== "VERIFIED" || line(report.display?.name) !== null;
  }

  function reasonOf(report) {
    if (report.verdict !== "REJECTED" || !Array.isArray(report.findings)) return null;
    const failed = report.findings.filter((one) => one?.outcome === "FAILED");
    return REASONS.find((code) => failed.some((one) => one.code === code)) ?? null;
  }

  function face(card, report) {
    const shown = report.display ?? {};
    const words = WORDS[card.language];
    const reason = reasonOf(report);
    const said = `${MARKS[report.verdict]} ${words[report.verdict]}${reason ? ` · ${words[reason]}` : ""}`;
    const text = document.createElement("span");
    text.className = "text";
    text.append(part("name", line(shown.name) ?? card.link.textContent, line(shown.language) ?? ""));
    if (line(shown.issuerName)) text.append(part("issuer", line(shown.issuerName)));
    if (line(report.issuer?.id)) text.append(part("proven", line(report.issuer.id)));
    const verdict = part("verdict", said, card.language);
    if (report.trial === true) verdict.append(" ", part("trial", words.TRIAL));
    text.append(verdict);
    return [picture(shown.picture), text].filter((one) => one !== null);
  }

  function show(card, report) {
    const said = JSON.stringify(report);
    if (card.said !== said) {
      card.anchor.className = `card ${report.verdict}`;
      card.anchor.replaceChildren(...face(card, report));
      card.said = said;
    }
    swap(card.link, card.host, card.anchor);
  }

  function swap(old, other, focused) {
    if (!old.isConnected) return; // it is swapped already, or the page took it away
    const had = document.activeElement === old;
    old.replaceWith(other);
    if (had) focused.focus({ preventScroll: true });
  }

  async function refresh(card) {
    if (card.isAsking) return;
    card.isAsking = true;
    card.askedAt = Date.now();
    const report = await ask(card);
    card.isAsking = false;
    if (report === null) swap(card.host, card.link, card.link);
    else show(card, report);
  }

  function refreshDue() {
    if (own("visibilityState") !== "visible") return;
    for (const card of cards) if (Date.now() - card.askedAt >= LEAST_MILLISECONDS) refresh(card);
  }

  function make(link, token) {
    const host = document.createElement("insignia-badge"); // no rule of the page is about it
    const anchor = document.createElement("a");
    anchor.href = link.href;
    anchor.dir = getComputedStyle(link).direction;
    for (const name of ["target", "rel"]) if (link.hasAttribute(name)) anchor[name] = link[name];
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(anchor);
    const address = new URL(`s/${token}/report.json`, base).href;
    return { link, host, anchor, address, language: languageOf(link), said: "", askedAt: 0 };
  }

  function begin() {
    for (const link of document.querySelectorAll("a.insignia-badge[href]")) {
      const token = tokenOf(link);
      if (token !== null && cards.length < MOST_CARDS) cards.push(make(link, token));
    }
    for (const card of cards) refresh(card);
    setInterval(refreshDue, EVERY_MILLISECONDS);
    document.addEventListener("visibilitychange", refreshDue);
    window.addEventListener("pageshow", refreshDue);
    window.addEventListener("online", refreshDue);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
