import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

jest.setTimeout(60_000); // whole processes, which a busy machine starts slowly
const dataDir = mkdtempSync(join(tmpdir(), "sandbox-main-"));
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(dataDir, { recursive: true });
});

function start(env: Record<string, string>): { child: ChildProcess; stderr: () => string } {
  const child = fork(join(__dirname, "main.ts"), {
    execArgv: ["--import", "tsx"],
    env: { PATH: process.env["PATH"] ?? "", ...env },
    silent: true,
  });
  running.push(child);
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return { child, stderr: () => stderr };
}

async function ready(child: ChildProcess): Promise<string> {
  const [message] = (await once(child, "message")) as [{ kind: string; url: string }];
  expect(message.kind).toBe("ready");
  return message.url;
}

test("a forked sandbox says that it is ready, serves all vendors and leaves on SIGTERM with 0", async () => {
  const { child } = start({ SANDBOX_PORT: "0", SANDBOX_DATA: dataDir });
  const url = await ready(child);
  expect(await (await fetch(`${url}/_control/health`)).json()).toEqual({ status: "ok" });
  const counts = await (await fetch(`${url}/_control/calls`)).json();
  expect(Object.keys(counts as object)).toEqual(["erp", "wms", "finance", "tax", "carrier"]);
  const order = "reference=SO-0000001";
  for (const [source, type] of [
    ["erp", "salesOrder"],
    ["finance", "invoice"],
  ] as const) {
    const answer = await fetch(`${url}/_control/documents?source=${source}&type=${type}&${order}`);
    expect(await answer.json()).toMatchObject({ count: 1 });
  }
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a sandbox whose parent is gone leaves too", async () => {
  const { child } = start({ SANDBOX_PORT: "0" });
  await ready(child);
  child.disconnect();
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("it waits for a port that is about to be free", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  const { child } = start({ SANDBOX_PORT: String(port) });
  setTimeout(() => holder.close(), 1_500);
  expect(await ready(child)).toBe(`http://127.0.0.1:${String(port)}`);
});

test("a profile that is none is one clear line and exit code 1", async () => {
  const { child, stderr } = start({ SANDBOX_PORT: "0", SANDBOX_PROFILE: "cloud-b,cloud-z" });
  expect(await once(child, "exit")).toEqual([1, null]);
  expect(stderr().trim().split("\n")).toHaveLength(1);
  expect(stderr()).toContain('SANDBOX_PROFILE is "cloud-b,cloud-z"; it takes cloud-a, cloud-b,');
});

test("a port that stays taken is one clear line and exit code 1", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  const { child, stderr } = start({ SANDBOX_PORT: String(port) });
  expect(await once(child, "exit")).toEqual([1, null]);
  expect(stderr().trim().split("\n")).toHaveLength(1);
  expect(stderr()).toContain("EADDRINUSE");
  holder.close();
});
