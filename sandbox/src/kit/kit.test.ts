import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startSandbox, type RunningSandbox } from "./start.ts";
import type { SandboxSource, SourceDeps, SourceName } from "./source.ts";
import type { WebhookSender } from "./webhooks.ts";

let sandbox: RunningSandbox;
let webhooks: WebhookSender;
let worked: string[];

const source = (name: SourceName): SandboxSource => ({
  name,
  register(app) {
    app.post("/orders", { config: { operation: "POST orders" } }, (request) => {
      worked.push(name);
      return { done: true, body: request.body ?? null };
    });
    app.get("/orders/:number", () => ({ found: true }));
  },
  documents: (type) =>
    type === "salesOrder" && name === "erp"
      ? [{ references: ["SO-1", "PO-9"], body: { number: "SO-1" } }]
      : type === "invoice" && name === "finance"
        ? [
            { references: ["SO-1-1", "SO-1"], body: { number: "SO-1-1" } },
            { references: ["SO-2-1"], body: { number: "SO-2-1" } },
          ]
        : [],
  ...(name === "wms" ? { advance: (reference: string) => reference === "SO-1" } : {}),
  ...(name === "finance"
    ? { refusals: { rateLimit: { headers: { "retry-after": "7" }, body: { Status: 429 } } } }
    : {}),
  stop: () => undefined,
});
const sources = {
  erp: (deps: SourceDeps) => {
    webhooks = deps.webhooks;
    return source("erp");
  },
  wms: () => source("wms"),
  finance: () => source("finance"),
};

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, dataDir: null, speed: 1, sources });
});
afterAll(() => sandbox.stop());
beforeEach(async () => {
  worked = [];
  await control("DELETE", "faults");
  await control("POST", "calls/reset");
});

const control = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${sandbox.url}/_control/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const post = (name: SourceName) => fetch(`${sandbox.url}/${name}/orders`, { method: "POST" });

test("calls are counted per source and operation, rejected ones too", async () => {
  await post("erp");
  await fetch(`${sandbox.url}/erp/orders/7`);
  await control("POST", "faults", { source: "erp", kind: "rateLimit" });
  await post("erp");
  const { body } = await control("GET", "calls");
  expect(body).toEqual({
    erp: { total: 3, byOperation: { "POST orders": 2, "GET /erp/orders/:number": 1 }, rejected: 1 },
    wms: { total: 0, byOperation: {}, rejected: 0 },
    finance: { total: 0, byOperation: {}, rejected: 0 },
    tax: { total: 0, byOperation: {}, rejected: 0 },
    carrier: { total: 0, byOperation: {}, rejected: 0 },
  });
});

test("down cuts the connection and does nothing", async () => {
  await control("POST", "faults", { source: "erp", kind: "down" });
  await expect(post("erp")).rejects.toThrow();
  expect((await post("wms")).status).toBe(200);
  expect(worked).toEqual(["wms"]);
});

test("lostResponse does the work and then cuts the connection", async () => {
  await control("POST", "faults", { source: "erp", kind: "lostResponse" });
  await expect(post("erp")).rejects.toThrow();
  expect(worked).toEqual(["erp"]);
  await control("DELETE", "faults");
  expect((await post("erp")).status).toBe(200);
});

test("error and rateLimit answer in the vendor's words and do nothing", async () => {
  await control("POST", "faults", { source: "finance", kind: "rateLimit" });
  const limited = await post("finance");
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
  expect(await limited.json()).toEqual({ Status: 429 });
  await control("POST", "faults", { source: "erp", kind: "error" });
  expect((await post("erp")).status).toBe(500);
  expect(worked).toEqual([]);
});

test("slow answers after its latency", async () => {
  await control("POST", "faults", { source: "erp", kind: "slow", latencyMs: 120 });
  const startedAt = performance.now();
  expect((await post("erp")).status).toBe(200);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(115);
});

test("a fault strikes as often as it was told to, and what has struck is counted", async () => {
  const struck = async () => (await control("GET", "faults")).body["struck"];
  const before = (await struck()) as Record<string, number>;
  await control("POST", "faults", { source: "erp", kind: "lostResponse", times: 2 });
  await expect(post("erp")).rejects.toThrow();
  await expect(post("erp")).rejects.toThrow();
  expect((await post("erp")).status).toBe(200);
  expect(await struck()).toMatchObject({
    "erp lostResponse": (before["erp lostResponse"] ?? 0) + 2,
  });
});

test("garbage answers what the vendor never would, for the call that it is meant for", async () => {
  const send = (name: string) =>
    fetch(`${sandbox.url}/erp/orders`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name }),
    });
  await control("POST", "faults", { source: "erp", kind: "garbage", containing: "PO-7" });
  expect((await send("PO-6")).headers.get("content-type")).toMatch("json");
  const answer = await send("PO-7");
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html"]);
  expect(worked).toEqual(["erp"]);
});

test("documents of many references are counted in one look, by way of the ERP's orders", async () => {
  const count = (source: SourceName, type: string, references: readonly string[]) =>
    control("POST", "counts", { source, type, references });
  const references = ["PO-9", "SO-2", "PO-8"];
  expect((await count("finance", "invoice", references)).body).toEqual({ counts: [1, 0, 0] });
  expect((await count("erp", "salesOrder", references)).body).toEqual({ counts: [1, 0, 0] });
});

test("a fault for one operation leaves the others alone, and ends after forMs", async () => {
  const fault = { source: "erp", kind: "error", operation: "POST orders", forMs: 150 };
  const { status, body } = await control("POST", "faults", fault);
  expect([status, body]).toMatchObject([201, { rate: 1, latencyMs: 1_000 }]);
  expect((await fetch(`${sandbox.url}/erp/orders/7`)).status).toBe(200);
  expect((await post("erp")).status).toBe(500);
  await new Promise((resolve) => setTimeout(resolve, 160));
  expect((await post("erp")).status).toBe(200);
  expect((await control("GET", "faults")).body).toMatchObject({ faults: [] });
});

test("a fault that cannot be read is refused with a reason", async () => {
  const { status, body } = await control("POST", "faults", { source: "moon", kind: "down" });
  expect(status).toBe(400);
  expect(String(body["error"])).toContain("source");
});

test("a purchase order number finds the documents of its order in every source", async () => {
  const find = (query: string) => control("GET", `documents?${query}`);
  expect((await find("source=erp&type=salesOrder&reference=PO-9")).body).toEqual({
    count: 1,
    documents: [{ number: "SO-1" }],
  });
  expect((await find("source=finance&type=invoice&reference=PO-9")).body["count"]).toBe(1);
  expect((await find("source=finance&type=invoice")).body["count"]).toBe(2);
  expect((await find("source=finance&type=unheardOf")).body["count"]).toBe(0);
  expect((await find("type=invoice")).status).toBe(400);
});

test("advance reaches the warehouse by the order or the purchase order", async () => {
  const advance = (reference: string) =>
    control("POST", "advance", { source: "wms", reference, to: "shipped" });
  expect((await advance("PO-9")).body).toEqual({ advanced: true, to: "shipped" });
  expect((await advance("SO-404")).status).toBe(404);
});

test("an empty body with a JSON type is no body, and broken JSON is a 400", async () => {
  const send = (body: string) =>
    fetch(`${sandbox.url}/erp/orders`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
  expect(await (await send("")).json()).toEqual({ done: true, body: null });
  expect((await send("{")).status).toBe(400);
});

test("a taken port is an error before any journal is opened", async () => {
  const { port } = new URL(sandbox.url);
  const start = startSandbox({ port: Number(port), dataDir: "/proc/nowhere", speed: 1, sources });
  await expect(start).rejects.toMatchObject({ code: "EADDRINUSE" });
});

describe("webhooks", () => {
  const startReceiver = async (statusOf: (nth: number) => number = () => 200) => {
    const received: string[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        received.push(body);
        response.writeHead(statusOf(received.length)).end();
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
    const until = async (count: number) => {
      while (received.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
      return received;
    };
    return { url, received, until, close: () => server.close().closeAllConnections() };
  };
  const send = (url: string, body: string) => {
    webhooks.send({
      source: "erp",
      topic: "orders",
      url,
      headers: () => ({}),
      body,
      retryDelaysMs: [5, 5, 5],
      isFinal: (status) => status === 200,
    });
  };

  test("a delivery is tried again until it is accepted", async () => {
    const receiver = await startReceiver((nth) => (nth < 3 ? 503 : 200));
    send(receiver.url, "a");
    expect(await receiver.until(3)).toEqual(["a", "a", "a"]);
    receiver.close();
  });

  test("duplicate sends twice, drop never", async () => {
    const receiver = await startReceiver();
    await control("POST", "faults", { source: "erp", kind: "drop" });
    send(receiver.url, "dropped");
    await control("DELETE", "faults");
    await control("POST", "faults", { source: "erp", kind: "duplicate", operation: "orders" });
    send(receiver.url, "a");
    expect(await receiver.until(2)).toEqual(["a", "a"]);
    receiver.close();
  });

  test("reorder lets the next notification overtake, also when every one is struck", async () => {
    const receiver = await startReceiver();
    await control("POST", "faults", { source: "erp", kind: "reorder" });
    send(receiver.url, "first");
    send(receiver.url, "second");
    expect(await receiver.until(2)).toEqual(["second", "first"]);
    send(receiver.url, "nobody follows");
    expect((await receiver.until(3))[2]).toBe("nobody follows");
    receiver.close();
  });

  test("delay sends later, behind what was sent since", async () => {
    const receiver = await startReceiver();
    await control("POST", "faults", { source: "erp", kind: "delay", latencyMs: 200, times: 1 });
    send(receiver.url, "late");
    send(receiver.url, "in time");
    expect(await receiver.until(2)).toEqual(["in time", "late"]);
    receiver.close();
  });

  test("badSignature changes the first try alone", async () => {
    const receiver = await startReceiver((nth) => (nth === 1 ? 401 : 200));
    await control("POST", "faults", { source: "erp", kind: "badSignature", times: 1 });
    send(receiver.url, "a");
    expect(await receiver.until(2)).toEqual(["a ", "a"]);
    receiver.close();
  });
});
