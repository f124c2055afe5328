import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { CryptoKey } from "jose";
import { WebSocket } from "ws";
import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import { runProgram } from "../src/program.ts";
import { startStack, type Stack } from "../src/stack.ts";

const MINE = "C10010";
const WITHIN_MS = 2_000;
const OVERLAP_MS = 2_000;
const ORDERS = "{ orders(first: 1) { totalCount } }";
const LIVE = "subscription { orderChanged { cursor } }";
const CUSTOMER = "query ($id: String!) { customer(number: $id) { number } }";

jest.setTimeout(120_000);

/** A company's identity provider, which publishes its key. */
const idp = { issuer: "", key: undefined as CryptoKey | undefined };
const idpServer = createServer();
let stack: Stack;
beforeAll(async () => {
  const pair = await generateKeyPair("RS256");
  idp.key = pair.privateKey;
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "RS256" }];
  idpServer.on("request", (_request, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys }));
  });
  await once(idpServer.listen(0, "127.0.0.1"), "listening");
  idp.issuer = `http://127.0.0.1:${String((idpServer.address() as AddressInfo).port)}/`;
  stack = await startStack({
    speed: STANDING_STILL,
    sweepSeconds: NO_SWEEPS_SECONDS,
    identity: {
      issuers: [
        {
          issuer: idp.issuer,
          audience: "crossdock-api",
          jwksUrl: `${idp.issuer}jwks`,
          claims: { role: ["realm", "roles"], customers: "accounts" },
          roles: { buyer: "portal" },
        },
      ],
    },
  });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  idpServer.close();
});

async function signAtProvider(claims: object, audience = "crossdock-api"): Promise<string> {
  if (idp.key === undefined) throw new Error("The provider has no key yet.");
  return new SignJWT({ realm: { roles: ["buyer"] }, scope: "orders:read", ...claims })
    .setProtectedHeader({ alg: "RS256", kid: "k1" })
    .setIssuer(idp.issuer)
    .setAudience(audience)
    .setSubject("u-1")
    .setExpirationTime("1h")
    .sign(idp.key);
}

/** What `npm run --silent ctl -- partner …` prints, and its exit code. */
async function ctl(...args: readonly string[]) {
  const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", ["partner", ...args]);
  program.ready.catch(() => undefined);
  const { code } = await program.exited;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

const KEY = /cdk_[0-9a-f]{16}_[\w-]{43}/;
const keyIn = (text: string) => KEY.exec(text)?.[0] ?? "";
const keyIdIn = (key: string) => key.split("_")[1] ?? "";

async function createPartner(clientId: string): Promise<string> {
  const { code, stdout } = await ctl("create", clientId, "--name", "Acme Ltd", "--customer", MINE);
  expect(code).toBe(0);
  return keyIn(stdout);
}

async function ask(headers: Readonly<Record<string, string>>, query = ORDERS, variables = {}) {
  const response = await fetch(`${stack.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as {
    data?: Record<string, unknown> | null;
    errors?: { message: string; extensions: { code: string } }[];
  };
}
const codeOf = async (answer: ReturnType<typeof ask>) =>
  (await answer).errors?.[0]?.extensions.code;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A subscription over a socket, open when this resolves. */
async function openSocket(init: object) {
  const socket = new WebSocket(`${stack.url.replace("http", "ws")}/graphql`, [
    "graphql-transport-ws",
  ]);
  const messages: { type: string; payload?: unknown }[] = [];
  socket.on("message", (data: Buffer) => {
    messages.push(JSON.parse(data.toString()) as (typeof messages)[number]);
  });
  const closed = new Promise<{ code: number; atMs: number }>((resolve) => {
    socket.once("close", (code: number) => {
      resolve({ code, atMs: Date.now() });
    });
  });
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "connection_init", payload: init }));
  await once(socket, "message");
  socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query: LIVE } }));
  // The program has read what was sent before when it answers a ping.
  socket.send(JSON.stringify({ type: "ping" }));
  await once(socket, "message");
  return { socket, messages, closed };
}

/** The same as server-sent events. */
async function openEvents(headers: Readonly<Record<string, string>>) {
  const response = await fetch(`${stack.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream", ...headers },
    body: JSON.stringify({ query: LIVE }),
  });
  expect(response.status).toBe(200);
  const ended = response.text().then((text) => ({ text, atMs: Date.now() }));
  return { ended };
}

async function getToken(fields: Readonly<Record<string, string>>, headers = {}) {
  const response = await fetch(`${stack.url}/oauth/token`, {
    method: "POST",
    headers,
    body: new URLSearchParams(fields),
  });
  const body = (await response.json()) as Record<string, string | number>;
  return { status: response.status, headers: response.headers, body };
}

test("a partner's key works as a bearer, in X-API-Key and in connection_init, for its accounts alone", async () => {
  const key = await createPartner("acme");
  const shown = [bearer(key), { "x-api-key": key }];
  for (const headers of shown) {
    expect(await ask(headers, CUSTOMER, { id: MINE })).toEqual(
      expect.objectContaining({ data: { customer: { number: MINE } } }),
    );
    expect((await ask(headers, CUSTOMER, { id: "C10020" })).data).toEqual({ customer: null });
  }
  for (const init of [...shown, { Authorization: `Bearer ${key}` }]) {
    const { socket, messages } = await openSocket(init);
    expect(messages.map(({ type }) => type)).toEqual(["connection_ack", "pong"]);
    socket.close();
  }
  const wrong = `${key.slice(0, -2)}${key.endsWith("AA") ? "BB" : "AA"}`;
  for (const headers of [bearer(wrong), { "x-api-key": wrong }, { "x-api-key": "" }]) {
    expect(await codeOf(ask(headers))).toBe("UNAUTHENTICATED");
  }
  expect((await openSocketRefused(wrong)).code).toBe(4403);
  const { stdout } = await ctl("show", "acme");
  expect(stdout).toMatch(new RegExp(`${keyIdIn(key)} +live`));
  expect(stdout).not.toContain(key.slice(21));
});

async function openSocketRefused(key: string): Promise<{ code: number }> {
  const socket = new WebSocket(`${stack.url.replace("http", "ws")}/graphql`, [
    "graphql-transport-ws",
  ]);
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "connection_init", payload: { "x-api-key": key } }));
  const [code] = (await once(socket, "close")) as [number];
  return { code };
}

test("a revoked key closes its sockets and streams within two seconds, and those of its successor stay", async () => {
  const old = await createPartner("rotating");
  const next = keyIn((await ctl("rotate", "rotating", "--overlap", "1h")).stdout);
  const token = String(
    (
      await getToken({
        grant_type: "client_credentials",
        client_id: "rotating",
        client_secret: old,
      })
    ).body["access_token"],
  );
  const going = await openSocket(bearer(next));
  const [socket, byToken, events] = [
    await openSocket(bearer(old)),
    await openSocket(bearer(token)),
    await openEvents({ "x-api-key": old }),
  ];
  const response = await fetch(`${stack.url}/partners/rotating/revoke`, {
    method: "POST",
    headers: { ...bearer(await stack.token("operator")), "content-type": "application/json" },
    body: JSON.stringify({ keyId: keyIdIn(old) }),
  });
  const revokedAtMs = Date.now();
  expect(await response.json()).toEqual({ revoked: 1 });
  for (const { closed, messages } of [socket, byToken]) {
    const { code, atMs } = await closed;
    expect([code, atMs - revokedAtMs < WITHIN_MS]).toEqual([4403, true]);
    expect(JSON.stringify(messages)).toContain("UNAUTHENTICATED");
  }
  const { text, atMs } = await events.ended;
  expect(atMs - revokedAtMs).toBeLessThan(WITHIN_MS);
  expect(text).toContain("UNAUTHENTICATED");
  expect(await codeOf(ask(bearer(old)))).toBe("UNAUTHENTICATED");
  expect(await codeOf(ask(bearer(token)))).toBe("UNAUTHENTICATED");
  expect((await ask(bearer(next))).errors).toBeUndefined();
  expect(going.socket.readyState).toBe(WebSocket.OPEN);
  going.socket.close();
});

test("the key before the last ends by itself when the overlap is over, and so does what is open by it", async () => {
  const old = await createPartner("overlapping");
  const { closed } = await openSocket(bearer(old));
  const beforeMs = Date.now();
  await ctl("rotate", "overlapping", "--overlap", "2s");
  const afterMs = Date.now();
  const { code, atMs } = await closed;
  expect(code).toBe(4403);
  expect(atMs).toBeGreaterThan(beforeMs + OVERLAP_MS);
  expect(atMs).toBeLessThan(afterMs + OVERLAP_MS + WITHIN_MS);
  expect(await codeOf(ask(bearer(old)))).toBe("UNAUTHENTICATED");
});

test("a suspended partner is answered no more until it is resumed, whatever it shows", async () => {
  const key = await createPartner("suspended");
  const theirs = await signAtProvider({ client_id: "suspended", accounts: [MINE] });
  const sockets = [await openSocket(bearer(key)), await openSocket(bearer(theirs))];
  expect((await ctl("suspend", "suspended")).stdout).toBe("suspended is suspended\n");
  for (const { closed } of sockets) expect((await closed).code).toBe(4403);
  for (const shown of [key, theirs]) {
    expect(await codeOf(ask(bearer(shown)))).toBe("UNAUTHENTICATED");
  }
  expect((await ctl("list")).stdout).toMatch(/^suspended +Acme Ltd +suspended 20/m);
  await ctl("resume", "suspended");
  expect((await ask(bearer(key))).errors).toBeUndefined();
});

test("who agrees on less sees less at once, also by a token that it got before", async () => {
  const key = await createPartner("shrinking");
  const fields = { grant_type: "client_credentials", client_id: "shrinking", client_secret: key };
  const token = String((await getToken(fields)).body["access_token"]);
  const { closed } = await openSocket(bearer(key));
  await ctl("change", "shrinking", "--customer", "C10020", "--json");
  expect((await closed).code).toBe(4403);
  expect((await ask(bearer(key), CUSTOMER, { id: MINE })).data).toEqual({ customer: null });
  expect(await codeOf(ask(bearer(token)))).toBe("UNAUTHENTICATED");
});

test("a partner gets tokens for its key as from any OAuth 2 server", async () => {
  const key = await createPartner("tokens");
  const metadata = (await (
    await fetch(`${stack.url}/.well-known/oauth-authorization-server`)
  ).json()) as Record<string, string>;
  expect(metadata).toMatchObject({
    issuer: stack.url,
    token_endpoint: `${stack.url}/oauth/token`,
    grant_types_supported: ["client_credentials"],
  });
  const jwks = (await (await fetch(metadata["jwks_uri"] ?? "")).json()) as { keys: object[] };
  expect(jwks.keys).toHaveLength(1);
  expect(jwks.keys[0]).not.toHaveProperty("d");

  const grant = { grant_type: "client_credentials" };
  const body = { ...grant, client_id: "tokens", client_secret: key };
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
  });
  const byBody = await getToken({ ...body, scope: "orders:read" });
  expect(byBody).toMatchObject({
    status: 200,
    body: { token_type: "Bearer", expires_in: 900, scope: "orders:read" },
  });
  expect(byBody.headers.get("cache-control")).toBe("no-store");
  const byBasic = await getToken(grant, basic("tokens", key));
  for (const { body: told } of [byBody, byBasic]) {
    expect((await ask(bearer(String(told["access_token"])))).errors).toBeUndefined();
  }

  const refused = [
    [{}, {}, 400, "invalid_request"],
    [{ ...body, grant_type: "password" }, {}, 400, "unsupported_grant_type"],
    [{ ...body, scope: "operations:write" }, {}, 400, "invalid_scope"],
    [{ ...body, client_secret: "guess" }, {}, 401, "invalid_client"],
    [{ ...body, client_id: "acme" }, {}, 401, "invalid_client"],
    [grant, {}, 401, "invalid_client"],
    [grant, basic("tokens", "guess"), 401, "invalid_client"],
    [grant, { authorization: "Bearer x" }, 401, "invalid_client"],
    [body, basic("tokens", key), 400, "invalid_request"],
  ] as const;
  for (const [fields, headers, status, error] of refused) {
    const answer = await getToken(fields, headers);
    expect([fields, answer.status, answer.body["error"]]).toEqual([fields, status, error]);
    expect(JSON.stringify(answer.body)).not.toContain(key.slice(21));
  }
  const json = await fetch(`${stack.url}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect([json.status, await json.json()]).toMatchObject([400, { error: "invalid_request" }]);
});

test("a company's own identity provider is believed by its words, and for nobody else's API", async () => {
  const good = bearer(await signAtProvider({ accounts: [MINE] }));
  expect((await ask(good, CUSTOMER, { id: MINE })).data).toEqual({ customer: { number: MINE } });
  const without = bearer(await signAtProvider({}));
  expect((await ask(without, CUSTOMER, { id: MINE })).data).toEqual({ customer: null });
  for (const token of [
    await signAtProvider({ accounts: [MINE] }, "another-api"),
    await signAtProvider({ realm: { roles: ["operator"] } }),
  ]) {
    expect(await codeOf(ask(bearer(token)))).toBe("UNAUTHENTICATED");
  }
});

test("partners are for operators alone, and what is wrong is refused by name", async () => {
  const request = (token: string | null, path = "", body?: object) =>
    fetch(`${stack.url}/partners${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(token === null ? {} : bearer(token)),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const key = await createPartner("curious");
  const tokens = [null, "rubbish", key, await stack.token("portal", MINE)];
  const statuses = await Promise.all(tokens.map(async (token) => (await request(token)).status));
  expect(statuses).toEqual([401, 401, 403, 403]);
  const operator = await stack.token("operator");
  const refused = [
    ["", { clientId: "x1", name: "X", customers: [], more: 1 }, 400, /more/],
    ["", { clientId: "X 1", name: "X", customers: [MINE] }, 400, /clientId/],
    ["", { clientId: "curious", name: "X", customers: [MINE] }, 400, /already/],
    ["/nobody/rotate", { overlapSeconds: 1 }, 404, /no partner nobody/],
    ["/curious/revoke", { keyId: "0".repeat(16) }, 404, /no key/],
  ] as const;
  for (const [path, body, status, message] of refused) {
    const answer = await request(operator, path, body);
    const { message: told } = (await answer.json()) as { message: string };
    expect([path, answer.status, told]).toEqual([path, status, expect.stringMatching(message)]);
  }
  expect(await ctl("show", "nobody")).toMatchObject({
    code: 4,
    stderr: "error: There is no partner nobody.\n",
  });
});
