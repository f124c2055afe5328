import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PROGRAM = fileURLToPath(new URL("testing/traced-program.ts", import.meta.url));
const SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const NOT_SAMPLED = SAMPLED.replace(/01$/, "00");
const NOBODY_LISTENS = "http://127.0.0.1:9/v1/traces";
/** A program of its own starts as slowly as the machine is busy. */
const PROGRAM_MS = 60_000;
let received: string[];
let collector: Server;

beforeEach(async () => {
  received = [];
  collector = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push(body);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  collector.closeAllConnections();
  collector.close();
});

/** As a program of its own: the exporter loads what it needs in a way that Jest does not have. @returns its log */
async function run(options: {
  readonly ratio: number;
  readonly traceparent?: string;
  readonly count?: number;
  readonly url?: string;
}): Promise<string> {
  const { port } = collector.address() as AddressInfo;
  const { ratio, traceparent = "", count = 2, url } = options;
  const tracesUrl = url ?? `http://127.0.0.1:${String(port)}/v1/traces`;
  const args = [tracesUrl, String(ratio), traceparent, String(count)];
  const program = [PROGRAM, ...args];
  const { stderr } = await promisify(execFile)(process.execPath, ["--import", "tsx", ...program], {
    timeout: PROGRAM_MS,
  });
  return stderr;
}

const timesSent = (text: string) => received.join("").split(text).length - 1;

test(
  "what waits is sent when the program ends, under its name, and nothing after that",
  async () => {
    expect(await run({ ratio: 1 })).toBe("");
    expect(["a-program", "a-thing", "too-late"].map(timesSent)).toEqual([1, 2, 0]);
  },
  PROGRAM_MS,
);

test(
  "a caller may keep its trace from being kept, and cannot have it kept where none is",
  async () => {
    await Promise.all([
      run({ ratio: 1, traceparent: NOT_SAMPLED }),
      run({ ratio: 0, traceparent: SAMPLED }),
    ]);
    expect(received).toEqual([]);
  },
  PROGRAM_MS,
);

test(
  "a collector that is not there costs spans, and the log says so once",
  async () => {
    const log = await run({ ratio: 1, count: 2_000, url: NOBODY_LISTENS });
    const lines = log.trim().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "warn",
      msg: "spans were not delivered to the collector",
    });
  },
  PROGRAM_MS,
);
