// Uses the API reference as a person does. What it showed in the end stands in #told.
const page = window.open("/docs");

// The page has only those operations that are in view.
function scroll() {
  const { scrollTop, scrollHeight, clientHeight } = page.document.scrollingElement ?? {};
  page.scrollTo(0, scrollTop + clientHeight < scrollHeight ? scrollTop + clientHeight / 2 : 0);
}

async function find(selector, within = () => page.document) {
  for (;;) {
    const found = within()?.querySelector(selector);
    if (found) return found;
    scroll();
    // The time that the browser gives this page stands still while it waits for an answer.
    await fetch("/healthz");
  }
}

const click = async (selector, within) => (await find(selector, within)).click();

async function type(selector, text, within) {
  const field = await find(selector, within);
  // The page learns of what is typed by an event, and only if the value did not come through its own setter.
  Object.getOwnPropertyDescriptor(page.HTMLInputElement.prototype, "value").set.call(field, text);
  field.dispatchEvent(new page.Event("input", { bubbles: true }));
  field.dispatchEvent(new page.FocusEvent("focusout", { bubbles: true }));
}

async function tryOut(given) {
  await click(".scheme-container .authorize");
  const bearer = () => page.document.querySelector("#auth-bearer-value")?.closest(".auth-container");
  await type("#auth-bearer-value", given.bearer);
  await click("button.authorize[type=submit]", bearer);
  await click(".btn-done");

  const operation = () =>
    page.document.querySelector(".opblock-get [data-path='/v1.0/users/{userId}/user-profile-statuses']")?.closest(".opblock");
  await click(".opblock-summary-control", operation);
  await click(".try-out__btn", operation);
  await type("tr[data-param-name=userId] input", given.email, operation);
  await click(".execute", operation);
  const answer = await find(".live-responses-table .response .response-col_status", operation);
  const body = await find(".live-responses-table .response .highlight-code pre", operation);
  return { status: answer.textContent, body: body.textContent };
}

fetch("/given.json")
  .then((answer) => answer.json())
  .then(tryOut)
  .catch((error) => ({ error: String(error) }))
  .then((told) => (document.getElementById("told").textContent = JSON.stringify(told)));
