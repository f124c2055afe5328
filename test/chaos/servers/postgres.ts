import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../../src/ports.ts";
import {
  findPostgres,
  runTool,
  startServer,
  untilItAnswers,
  type OwnServer,
} from "./own-server.ts";

const START_TRIES = 40;
const START_AGAIN_MS = 250;

/**
 * A cluster of its own below `directory`, of the PostgreSQL that is installed on this machine.
 * @throws {Error} none is installed
 */
export async function startPostgres(directory: string): Promise<OwnServer> {
  const { binaries, user } = await findPostgres();
  const cluster = join(directory, "cluster");
  await mkdir(cluster);
  // The server refuses to run as root, and to work on files of somebody else.
  if (user !== null) {
    await Promise.all([directory, cluster].map((path) => chown(path, user.uid, user.gid)));
  }
  await runTool(
    join(binaries, "initdb"),
    ["-D", cluster, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"],
    user,
  );
  const [port = 0] = await freePorts(1);
  const url = `postgres://postgres@127.0.0.1:${String(port)}/postgres`;
  const run = () =>
    startServer(
      join(binaries, "postgres"),
      ["-D", cluster, "-p", String(port), "-h", "127.0.0.1", "-k", directory],
      user,
    );
  /** A killed server leaves children that notice it a moment later; until then no other starts. */
  const start = async () => {
    for (let tries = 1; ; tries += 1) {
      const server = run();
      try {
        await untilItAnswers(port, server);
        return server;
      } catch (error) {
        if (tries === START_TRIES) throw error;
        await sleep(START_AGAIN_MS);
      }
    }
  };
  let server = await start();
  return {
    url,
    kill: () => server.kill(),
    async start() {
      server = await start();
    },
  };
}
