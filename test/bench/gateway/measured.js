import { Session } from "node:inspector/promises";
import process from "node:process";

/**
 * Loaded before the program of every contestant: answers its parent what the process has used, so that no contestant
 * is measured in a way of its own. It is plain JavaScript, because the others run without a loader for TypeScript.
 */
const US_PER_MS = 1_000;
const PROFILE_INTERVAL_US = 500;
let session = null;

const ANSWERS = {
  /** Milliseconds of CPU of all threads of the process. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / US_PER_MS };
  },
  /** Bytes, after whatever is garbage has gone. */
  memory: () => {
    globalThis.gc();
    const { rss, heapUsed } = process.memoryUsage();
    return { rssBytes: rss, heapBytes: heapUsed };
  },
  startProfile: async () => {
    session = new Session();
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: PROFILE_INTERVAL_US });
    await session.post("Profiler.start");
    return {};
  },
  stopProfile: async () => {
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    return profile;
  },
};

process.on("message", ({ kind }) => {
  Promise.resolve(ANSWERS[kind]()).then(
    (answer) => process.send({ answer }),
    (error) => process.send({ error: String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
