import { Redis } from "ioredis";
import { freePorts } from "../../src/ports.ts";
import { startServer, untilItAnswers, type OwnServer } from "./own-server.ts";

/**
 * A Redis of its own that keeps its data in `directory`.
 * @throws {Error} no redis-server is installed
 */
export async function startRedis(directory: string): Promise<OwnServer> {
  const [port = 0] = await freePorts(1);
  const run = async () => {
    const server = startServer(
      "redis-server",
      ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory, "--appendonly", "yes"],
      null,
    );
    await untilItAnswers(port, server);
    return server;
  };
  let server = await run();
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    kill: () => server.kill(),
    async start() {
      server = await run();
    },
  };
}

/** Everything that the server holds is gone. */
export async function flushAll(url: string): Promise<void> {
  await withRedis(url, (redis) => redis.flushall());
}

/** @throws {Error} it holds keys: a run that flushes it would take them from somebody */
export async function requireEmpty(url: string): Promise<void> {
  const keys = await withRedis(url, async (redis) => {
    const keyspace = await redis.info("keyspace");
    return keyspace.includes("keys=");
  });
  if (keys) throw new Error("The Redis holds keys, and a run flushes it: name an empty one.");
}

async function withRedis<Answer>(
  url: string,
  ask: (redis: Redis) => Promise<Answer>,
): Promise<Answer> {
  const redis = new Redis(url, { lazyConnect: true });
  redis.on("error", () => undefined); // the command that waits for the connection fails with it
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}
