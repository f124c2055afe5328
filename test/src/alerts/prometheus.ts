import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { freePorts } from "../ports.ts";

/** A Prometheus that scrapes one program every two seconds. */
export interface Prometheus extends AsyncDisposable {
  /** @returns the names of the alerts that fire now */
  firing(): Promise<readonly string[]>;
}

const READY_MS = 30_000;
const LOOK_AGAIN_MS = 200;

const alertsAnswer = z.object({
  data: z.object({
    alerts: z.array(z.object({ state: z.string(), labels: z.object({ alertname: z.string() }) })),
  }),
});

/**
 * Debian's own program, over the rules that it is given.
 * @param target host and port whose `/metrics` it scrapes
 * @throws {Error} it is not installed, or does not start
 */
export async function startPrometheus(rules: string, target: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), "crossdock-prometheus-"));
  await writeFile(join(folder, "alerts.yml"), rules);
  const config = {
    global: { scrape_interval: "2s", scrape_timeout: "2s", evaluation_interval: "1s" },
    rule_files: ["alerts.yml"],
    scrape_configs: [{ job_name: "crossdock", static_configs: [{ targets: [target] }] }],
  };
  await writeFile(join(folder, "prometheus.yml"), JSON.stringify(config));
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${String(port)}`;
  const child = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
      "--log.level=error",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2_000);
  });
  const failed = once(child, "error").then(() => {
    throw new Error("Prometheus is not there: apt-get install prometheus");
  });
  failed.catch(() => undefined);
  const ended = once(child, "exit");
  await Promise.race([failed, untilReady(`${url}/-/ready`, () => said)]);
  return {
    async firing() {
      const answer = await fetch(`${url}/api/v1/alerts`);
      const { data } = alertsAnswer.parse(await answer.json());
      return data.alerts
        .filter(({ state }) => state === "firing")
        .map(({ labels }) => labels.alertname);
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, said: () => string): Promise<void> {
  const untilMs = Date.now() + READY_MS;
  for (;;) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (Date.now() > untilMs) throw new Error(`Prometheus does not get ready: ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
