import { Client } from "undici";
import { createSeeded } from "../../chaos/seeded.ts";
import { answerParent } from "../kit/processes.ts";
import { createZipf } from "../erp/zipf.ts";

/** How the next of the pool's bodies is drawn. */
export type Draw = "round-robin" | "zipf";

export type LoadRequest =
  | {
      /** Each body once, one after the other. */
      readonly kind: "answers";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly bodies: readonly string[];
    }
  | {
      /** As many as are answered, each caller waiting for its answer before it asks again. */
      readonly kind: "load";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly bodies: readonly string[];
      /** Bytes of the answer to each body; another length counts as wrong. */
      readonly lengths: readonly number[];
      readonly callers: number;
      readonly forMs: number;
      readonly draw: Draw;
    };

export type Answered = {
  readonly status: number;
  readonly text: string;
  readonly bytes: number;
};

export type Loaded = {
  readonly requests: number;
  readonly wrong: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How much of a core this process took meanwhile: near 1 it is what limits the rate. */
  readonly ownCores: number;
};

const SEED = 1;
const OK = 200;
const HALF = 0.5;
const NEARLY_ALL = 0.99;
const MS_PER_SECOND = 1_000;
const US_PER_MS = 1_000;

answerParent(
  {},
  (request) => {
    const asked = request as LoadRequest;
    return asked.kind === "answers" ? answersOf(asked) : loadOf(asked);
  },
  () => Promise.resolve(),
);

async function answersOf({
  url,
  headers,
  bodies,
}: Extract<LoadRequest, { kind: "answers" }>): Promise<readonly Answered[]> {
  const client = new Client(new URL(url).origin);
  const answers: Answered[] = [];
  for (const body of bodies) {
    const { statusCode, body: answer } = await client.request(postOf(url, headers, body));
    const text = await answer.text();
    answers.push({ status: statusCode, text, bytes: Buffer.byteLength(text) });
  }
  await client.close();
  return answers;
}

/** Each caller has a connection of its own, as a portal's servers have behind a balancer. */
async function loadOf(asked: Extract<LoadRequest, { kind: "load" }>): Promise<Loaded> {
  const { url, headers, bodies, lengths, callers, forMs } = asked;
  const draw = drawing(asked.draw, bodies.length);
  const clients = Array.from({ length: callers }, () => new Client(new URL(url).origin));
  const tookMs: number[] = [];
  let wrong = 0;
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - startMs < forMs) {
        const at = draw();
        const askedMs = performance.now();
        const bytes = await bytesOf(client, postOf(url, headers, bodies[at] ?? ""));
        tookMs.push(performance.now() - askedMs);
        if (bytes !== lengths[at]) wrong += 1;
      }
    }),
  );
  const lastedMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  await Promise.all(clients.map((client) => client.close()));
  tookMs.sort((left, right) => left - right);
  const quantile = (share: number) => tookMs[Math.floor(tookMs.length * share)] ?? Number.NaN;
  return {
    requests: tookMs.length,
    wrong,
    perSecond: (tookMs.length / lastedMs) * MS_PER_SECOND,
    p50Ms: quantile(HALF),
    p99Ms: quantile(NEARLY_ALL),
    ownCores: (user + system) / US_PER_MS / lastedMs,
  };
}

function postOf(url: string, headers: Readonly<Record<string, string>>, body: string) {
  return {
    method: "POST" as const,
    path: new URL(url).pathname,
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body,
  };
}

/**
 * Only counts the bytes: whoever asks should take less of the machine than whoever answers.
 * @returns -1 for an answer with another status than 200
 */
function bytesOf(client: Client, post: ReturnType<typeof postOf>): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let isOk = false;
    client.dispatch(post, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, status) => {
        isOk = status === OK;
      },
      onResponseData: (_controller, chunk) => {
        bytes += chunk.length;
      },
      onResponseEnd: () => {
        resolve(isOk ? bytes : -1);
      },
      onResponseError: (_controller, error) => {
        reject(error);
      },
    });
  });
}

function drawing(draw: Draw, count: number): () => number {
  if (draw === "zipf") return createZipf(count, createSeeded(SEED));
  let next = 0;
  return () => {
    next = (next + 1) % count;
    return next;
  };
}
