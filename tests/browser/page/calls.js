// What admin-web asks for, in its order and with its headers; where it is in the application is the path of the page.
// Whoever has no session logs in first. What each call was answered stands in #told in the end.
const base = "//" + window.location.host + "/api/v1";
const told = JSON.parse(sessionStorage.getItem("told") ?? "[]");
let capabilities = [];
let csrf = "";

async function ask(asked, answering) {
  const answer = await answering;
  const text = await answer.text();
  let body = text;
  try {
    body = JSON.parse(text);
  } catch {
    // It is no JSON, and told as it is.
  }
  told.push({ asked, status: answer.status, body });
  return body;
}

const get = (path) => ask(`GET ${path}`, fetch(base + path));

const put = (path, data) =>
  ask(
    `PUT ${path}`,
    fetch(base + path, {
      method: "PUT",
      body: JSON.stringify(data),
      headers: { "Content-Type": "application/json", "X-CSRF-TOKEN": csrf },
    }),
  );

const login = (body) =>
  ask(
    body ? "POST /login" : "POST /login without a form",
    fetch(base + "/login", {
      method: "POST",
      body: body ?? null,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    }),
  );

const form = (user, pass) => `user=${encodeURIComponent(user)}&pass=${encodeURIComponent(pass)}`;

function setCookie(token) {
  document.cookie = "grommunioAuthJwt=" + token + ";path=/" + (location.protocol === "https:" ? ";secure" : "");
}

async function enter(session) {
  setCookie(session.grommunioAuthJwt);
  localStorage.setItem("grommunioAuthJwt", session.grommunioAuthJwt);
  csrf = session.csrf;
  capabilities = (await get("/profile")).capabilities;
  await get("/domains?domainType=0&sort=domainname,asc&level=1&limit=1000000000");
  if (capabilities.includes("SystemAdminWrite")) await get("/system/license");
}

function leave() {
  localStorage.removeItem("grommunioAuthJwt");
  setCookie("");
}

async function logIn(given) {
  await login(form(given.login, "wrong"));
  await get("/profile");
  await enter(await login(form(given.login, given.password)));
}

async function showDashboard() {
  if (!capabilities.includes("SystemAdminRead")) return;
  await get("/system/dashboard");
  await get("/system/dashboard/services");
  await get("/system/antispam/stat");
  await get("/about");
}

async function showDomain(domain) {
  await get(`/defaults/createParams?domain=${domain}`);
  await get(`/domains/${domain}/dnsCheck`);
}

const showUsers = (domain) =>
  get(
    `/domains/${domain}/users?sort=username,asc&filterProp=displaytypeex:0,7,8&status=0,4&matchProps=displayname` +
      "&properties=displayname,storagequotalimit,receivequotalimit,messagesizeextended,displaytypeex&addressType=0",
  );

async function showUser(domain, user) {
  await get(`/domains/${domain}/users/${user}`);
  await get(`/domains/${domain}/syncPolicy`);
  await get("/defaults/storeLangs");
  if (capabilities.includes("SystemAdminRead")) {
    await get("/system/roles?sort=name,asc&level=0&limit=100000");
    await get("/system/servers?sort=hostname,asc&limit=1000000&level=0");
  }
  await get(`/system/domains/${domain}`);
  await get("/service/syncPolicy/default");
}

async function clickThrough(domain, user) {
  await showDashboard();
  history.pushState(null, "", `/${domain}`);
  await showDomain(domain);
  history.pushState(null, "", `/${domain}/users`);
  await showUsers(domain);
  history.pushState(null, "", `/${domain}/users/${user}#8`);
}

// The first time: in at whatever path was called, to the tab, and save. The page is then loaded anew.
async function save(given) {
  const wanted = location.pathname + location.hash;
  history.replaceState(null, "", `/login?redirect=${encodeURIComponent(wanted)}`);
  await logIn(given);
  history.replaceState(null, "", new URLSearchParams(location.search).get("redirect"));
  if (location.pathname === "/") await clickThrough(given.domain, given.user);
  const [, domain, , user] = location.pathname.split("/");
  await showUser(domain, user);
  await get(`/domains/${domain}/users/${user}/oof`);
  await put(`/domains/${domain}/users/${user}/oof`, given.oof);
  sessionStorage.setItem("csrf", csrf);
  sessionStorage.setItem("told", JSON.stringify(told));
  location.reload();
}

// The second time: in with the token that is stored, and look.
async function look(token) {
  setCookie(token);
  await enter(await login());
  const [, domain, , user] = location.pathname.split("/");
  await showUser(domain, user);
  await get(`/domains/${domain}/users/${user}/oof`);
  csrf = sessionStorage.getItem("csrf");
  await put(`/domains/${domain}/users/${user}/oof`, { state: 0 });
  leave();
  await get("/profile");
}

function show(error) {
  if (error) told.push({ asked: "the page itself", status: 0, body: String(error) });
  document.getElementById("told").textContent = JSON.stringify(told);
}

async function start() {
  await ask("GET /config.json", fetch("/config.json"));
  const token = localStorage.getItem("grommunioAuthJwt");
  if (token) return look(token).then(show);
  return save(await (await fetch("/given.json")).json());
}

start().catch(show);
