export { NO_SWEEPS_SECONDS, STANDING_STILL } from "./config-file.ts";
export { freePorts } from "./ports.ts";
export { ROOT, runProgram, type Exit, type Program } from "./program.ts";
export { createGraphqlClient, type Answer, type GraphqlClient } from "./graphql-client.ts";
export { createSandboxControl, type Calls, type SandboxControl } from "./sandbox-control.ts";
export { startStack, type Stack, type StackOptions } from "./stack.ts";
