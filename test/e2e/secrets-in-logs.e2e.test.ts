import { WebSocket } from "ws";
import { notifyOfOrder } from "../src/erp-webhook.ts";
import { notifyOfInvoice } from "../src/finance-webhook.ts";
import { anOrder, placeOrder, waitForStatus } from "../src/placing-orders.ts";
import { secretsOf, secretsShownIn, type Secret } from "../src/secrets.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { aNotification, notify } from "../src/warehouse-webhook.ts";

const CUSTOMER = "C10010";
const SPEED = 2_000;
const PATH_MS = 90_000;
/** Of the vendors' calls, while the order is on its way. */
const FAILING = 0.3;
const FAULTS_MS = 6_000;
const CLOSED_MS = 3_000;

/** Who lives where is for the order and for those who ship it, not for a log. */
const PERSON = { name: "Zebulon Quixotherly", street: "1 Unlikely Passage" };

jest.setTimeout(180_000);

let stack: Stack;
let output = "";
let secrets: Secret[];

/** The whole way of an order, while its sources fail, with all that a program can say of it. */
beforeAll(async () => {
  stack = await startStack({
    speed: SPEED,
    sweepSeconds: 1,
    variables: { LOG_LEVEL: "trace" },
    onOutput: (piece) => {
      output += piece;
    },
  });
  const { CROSSDOCK_CONFIG: config = "", CROSSDOCK_DATA: dataDir = "" } = stack.settings;
  const portal = await stack.token("portal", CUSTOMER);
  const operator = await stack.token("operator");
  const wrong = `${portal.slice(0, -6)}AAAAAA`;
  const key = await createPartner(operator);
  secrets = [
    ...(await secretsOf(config, dataDir)),
    { name: "a token", text: portal },
    { name: "an operator's token", text: operator },
    { name: "a token that is wrong", text: wrong },
    { name: "an API key", text: key },
    { name: "the secret part of an API key", text: key.slice(key.lastIndexOf("_") + 1) },
    { name: "a person's name", text: PERSON.name },
    { name: "a person's address", text: PERSON.street },
  ];
  const order = await placeOrder(
    stack,
    anOrder(CUSTOMER, {
      shipTo: {
        name: PERSON.name,
        lines: [PERSON.street],
        city: "Springfield",
        region: "IL",
        postalCode: "62701",
        country: "US",
      },
    }),
    portal,
  );
  for (const source of ["erp", "wms", "finance"] as const) {
    await stack.sandbox.fault({ source, kind: "error", rate: FAILING, forMs: FAULTS_MS });
    await stack.sandbox.fault({ source, kind: "lostResponse", rate: FAILING, forMs: FAULTS_MS });
  }
  await waitForStatus(stack, order, "INVOICED", portal, PATH_MS);
  await stack.sandbox.fault({ source: "erp", kind: "down", forMs: FAULTS_MS });
  await stack.post(JSON.stringify({ query: "{ sources { name } }" }), operator);
  for (const bearer of [wrong, key, `${key}x`, "no token at all"]) {
    await stack.post(JSON.stringify({ query: "{ viewer { id } }" }), bearer);
    await introduce(bearer);
  }
  await askForToken(key);
  await askForToken(`${key}x`);
  await notifyOfOrder(stack.url, "no order", new Date());
  await notifyOfInvoice(stack.url, "no invoice", 1);
  await notify(stack.url, { ...aNotification("order.shipped", "1-1"), secret: "d3Jvbmc=" });
  await stack.stop();
});
afterAll(() => stack[Symbol.asyncDispose]());

async function createPartner(token: string): Promise<string> {
  const response = await fetch(`${stack.url}/partners`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ clientId: "logs", name: "Logs", customers: [CUSTOMER] }),
  });
  const text = await response.text();
  const key = /cdk_[0-9a-f]+_[\w-]+/.exec(text)?.[0];
  if (key === undefined) throw new Error(`No key was made: ${String(response.status)} ${text}`);
  return key;
}

async function askForToken(secret: string): Promise<void> {
  await fetch(`${stack.url}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: "logs",
      client_secret: secret,
    }),
  });
}

/** A socket that says who it is, and is closed or closes. */
async function introduce(bearer: string): Promise<void> {
  const socket = new WebSocket(
    `${stack.url.replace("http", "ws")}/graphql`,
    "graphql-transport-ws",
  );
  const closed = new Promise<void>((resolve) => {
    const cut = setTimeout(() => {
      socket.terminate();
    }, CLOSED_MS);
    socket.once("close", () => {
      clearTimeout(cut);
      resolve();
    });
  });
  socket.once("open", () => {
    const payload = { authorization: `Bearer ${bearer}` };
    socket.send(JSON.stringify({ type: "connection_init", payload }));
  });
  socket.once("message", () => {
    socket.send("{}");
  });
  socket.on("error", () => undefined);
  await closed;
}

test("the program has told what happened, its sources' failures too", () => {
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  const levels = new Set(lines.map((line) => (JSON.parse(line) as { level: string }).level));
  expect([...levels]).toEqual(expect.arrayContaining(["info", "warn"]));
  expect(output).toMatch(/erp|business-central/);
  expect(secrets.length).toBeGreaterThan(10);
});

test("no credential and no person is in anything that it wrote", () => {
  expect(secretsShownIn(output, secrets)).toEqual([]);
  expect(output).not.toMatch(
    /Bearer [\w-]{20,}|\beyJ[\w-]{10,}\.[\w-]+|cdk_[0-9a-f]{16}_[\w-]{20,}/,
  );
});

test("a secret would be seen", () => {
  const [{ name, text } = { name: "", text: "" }] = secrets;
  expect(secretsShownIn(`${output} ${text}`, secrets)).toContain(name);
});
