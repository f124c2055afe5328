import type { CircuitState, SourceHealth } from "@crossdock/source-contract";
import type { SourceHttp } from "./source-http.ts";

const WORST_FIRST: readonly CircuitState[] = ["OPEN", "HALF_OPEN"];

/** Of a source that is worth nothing without its tokens. @param access to where they come from */
export function healthOf(data: SourceHttp, access: SourceHttp): SourceHealth {
  const health = data.health();
  const states = [health.state, access.health().state];
  return { ...health, state: WORST_FIRST.find((state) => states.includes(state)) ?? "CLOSED" };
}
