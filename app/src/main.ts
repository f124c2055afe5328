import { fileURLToPath } from "node:url";
import { ConfigError, createLogger } from "@crossdock/runtime";
import { readCrossdockYaml } from "./config/crossdock-yaml.ts";
import { readEnvironment } from "./config/environment.ts";
import { watchParent } from "./parent-watch.ts";
import { explainStartFailure } from "./start-failure.ts";
import { startStack } from "./stack.ts";

const SUPERGRAPH_FILE = fileURLToPath(new URL("../../supergraph.graphql", import.meta.url));

try {
  const environment = readEnvironment(process.env);
  const sandboxUrl = `http://127.0.0.1:${String(environment.SANDBOX_PORT)}`;
  const config = await readCrossdockYaml(environment.CROSSDOCK_CONFIG, {
    SANDBOX_URL: sandboxUrl,
    ...process.env,
  });
  const logger = createLogger({ name: "crossdock", level: environment.LOG_LEVEL });
  const stack = await startStack({
    environment,
    config,
    supergraphFile: SUPERGRAPH_FILE,
    logger,
    onFatal: (error) => {
      logger.fatal({ err: error }, "the ledger ended");
      process.exit(1);
    },
  });
  const stop = () => {
    stack.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  if (process.env["npm_lifecycle_event"] !== undefined) watchParent(stop);
  const sandbox = config.sandbox === undefined ? "" : `  sandbox ${sandboxUrl}/_control/calls`;
  console.log(`ready  start here ${stack.url}/  graphql ${stack.url}/graphql${sandbox}`);
} catch (error) {
  const isOurs = error instanceof ConfigError;
  console.error(isOurs ? error.message : explainStartFailure(error));
  process.exit(1);
}
