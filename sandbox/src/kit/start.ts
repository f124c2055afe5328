import { join } from "node:path";
import fastify, { type FastifyInstance } from "fastify";
import { generateWorld } from "../world/generate-world.ts";
import { createCallCounter } from "./calls.ts";
import { createSandboxClock } from "./clock.ts";
import { registerControl } from "./control.ts";
import { createFaultBoard } from "./faults.ts";
import { createHandOvers } from "./hand-overs.ts";
import { claimPort } from "./port.ts";
import { createProfileBoard, type ProfileName } from "./profiles.ts";
import { SOURCE_NAMES, type SandboxSource, type SourceDeps, type SourceName } from "./source.ts";
import { createStore, type Store } from "./store.ts";
import { strikeFaults } from "./strike-faults.ts";
import { createWebhookSender } from "./webhooks.ts";

const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

export type SandboxOptions = {
  /** 0 chooses a free one. */
  readonly port: number;
  readonly host?: string;
  /** How long to wait for a predecessor to leave the port; not at all when left out. */
  readonly portWaitMs?: number;
  /** Where the journals lie; `null` keeps the sources in memory. */
  readonly dataDir: string | null;
  /** How many times faster than life the warehouse works. */
  readonly speed: number;
  /** Orders of the last year that the vendors know of when they start anew; 5,000 when left out. */
  readonly pastOrders?: number;
  /** How badly the vendors behave from the start; as they publish when left out. */
  readonly profiles?: readonly ProfileName[];
  /** A vendor that is left out does not exist. */
  readonly sources: Readonly<Partial<Record<SourceName, (deps: SourceDeps) => SandboxSource>>>;
};

export type RunningSandbox = { readonly url: string; stop(): Promise<void> };

/**
 * Starts every source on one port, each below its own prefix, with the control side.
 * @throws the system's error (`EADDRINUSE`) when the port is taken; no journal was opened then
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const { dataDir, host = "127.0.0.1" } = options;
  const port = await claimPort(options.port, host, options.portWaitMs ?? 0);
  const url = `http://${host}:${String(port)}`;
  const calls = createCallCounter();
  const profiles = createProfileBoard(options.profiles);
  const faults = createFaultBoard(profiles);
  const webhooks = createWebhookSender(faults);
  const clock = createSandboxClock(options.speed);
  const world = generateWorld(options.pastOrders);
  const handOvers = createHandOvers();
  const app = fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
  acceptBodies(app);

  const stores: Store[] = [];
  const sources = SOURCE_NAMES.flatMap((name) => {
    const create = options.sources[name];
    if (create === undefined) return [];
    const store = createStore(dataDir === null ? null : join(dataDir, `${name}.jsonl`));
    stores.push(store);
    const shared = { world, clock, webhooks, profiles, handOvers };
    return [create({ ...shared, store, baseUrl: `${url}/${name}` })];
  });
  const stop = async () => {
    for (const source of sources) source.stop();
    await webhooks.stop();
    await app.close();
    for (const store of stores) store.close();
  };
  try {
    for (const source of sources) {
      await app.register(
        async (scope) => {
          strikeFaults(scope, source, calls, faults);
          await source.register(scope);
        },
        { prefix: `/${source.name}` },
      );
    }
    registerControl(app, { calls, faults, profiles, sources });
    await app.listen({ port, host });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** JSON where it is named so, an empty body included (actions have none); any other type as text. */
function acceptBodies(app: FastifyInstance): void {
  const asText = { parseAs: "string" } as const;
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", asText, (_request, body, done) => {
    try {
      done(null, body === "" ? undefined : JSON.parse(String(body)));
    } catch (error) {
      done(Object.assign(error as Error, { statusCode: 400 }), undefined);
    }
  });
  app.addContentTypeParser("*", asText, (_request, body, done) => {
    done(null, body);
  });
}
