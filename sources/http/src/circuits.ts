import type { Logger } from "@crossdock/runtime";
import {
  SourceUnavailableError,
  UnknownOutcomeError,
  type CircuitState,
} from "@crossdock/source-contract";
import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState as State,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
  type IBreaker,
} from "cockatiel";

/** Failures in a row that open a circuit. */
const FAILURES = 5;
/** Of the source as a whole: so many operations have a part in them. */
const OPERATIONS = 2;
/** An open circuit lets one call through to see after this. */
export const HALF_OPEN_AFTER_MS = 2_000;

/**
 * A breaker for each operation, so that one that is broken does not stop the others, and one over all of them,
 * which opens when nothing but failures came from several operations: who calls another one then does not have to find out
 * by itself that nobody is there. When the source is back, its operations are asked anew.
 */
export interface Circuits {
  /** @returns the {@link BrokenCircuitError} that a call would meet now; `null` when it may go */
  refusal(operation: string): Error | null;
  /**
   * Runs `send` and judges it. Neither what the caller broke off nor any refusal of ours or of the source is a failure.
   * @param signal the caller's own
   */
  run<T>(operation: string, signal: AbortSignal, send: () => Promise<T>): Promise<T>;
  /** The worst of all. */
  state(): CircuitState;
}

/** @param onChange some calls have become pointless, or worth while */
export function createCircuits(
  { name, logger }: { readonly name: string; readonly logger: Logger },
  onChange: () => void,
): Circuits {
  const log = (operation: string) => (state: CircuitState) => {
    logger[state === "OPEN" ? "warn" : "info"]({ source: name, operation, state }, "circuit");
    onChange();
  };
  const byOperation = new Map<string, Circuit>();
  const together = new FailuresOfSeveral();
  const whole = createCircuit(together, log("*"), () => {
    byOperation.clear();
  });
  const circuitOf = (operation: string) => {
    let circuit = byOperation.get(operation);
    if (circuit === undefined) {
      circuit = createCircuit(new ConsecutiveBreaker(FAILURES), log(operation));
      byOperation.set(operation, circuit);
    }
    return circuit;
  };
  const refusal: Circuits["refusal"] = (operation) =>
    whole.isRefusing() || circuitOf(operation).isRefusing() ? new BrokenCircuitError() : null;

  return {
    refusal,
    async run(operation, signal, send) {
      const circuit = circuitOf(operation);
      const refused = refusal(operation);
      if (refused !== null) throw refused;
      // Both are asked in this very turn, so what is true here is true where they look.
      const isProbe = whole.policy.state !== State.Closed || circuit.policy.state !== State.Closed;
      const judged = async () => {
        try {
          return await send();
        } catch (error) {
          if (signal.aborted) throw new BrokenOff(error, isProbe);
          if (isFailure(error)) together.failedIn(operation);
          throw error;
        }
      };
      try {
        return await whole.policy.execute(() => circuit.policy.execute(judged));
      } catch (error) {
        throw error instanceof BrokenOff ? error.cause : error;
      }
    },
    state() {
      const states = [whole, ...byOperation.values()].map((circuit) => circuit.shown());
      if (states.includes("OPEN")) return "OPEN";
      return states.includes("HALF_OPEN") ? "HALF_OPEN" : "CLOSED";
    },
  };
}

type Circuit = {
  readonly policy: CircuitBreakerPolicy;
  readonly isRefusing: () => boolean;
  readonly shown: () => CircuitState;
};

function createCircuit(
  breaker: IBreaker,
  onChange: (state: CircuitState) => void,
  onClose?: () => void,
): Circuit {
  const policy = circuitBreaker(handleWhen(isJudgedAsFailure), {
    halfOpenAfter: HALF_OPEN_AFTER_MS,
    breaker,
  });
  let openedAtMs = 0;
  policy.onBreak(() => {
    openedAtMs = Date.now();
  });
  policy.onReset(() => onClose?.());
  const isDue = () => Date.now() - openedAtMs >= HALF_OPEN_AFTER_MS;
  const shown = (): CircuitState => {
    if (policy.state === State.Closed) return "CLOSED";
    return policy.state === State.Open && !isDue() ? "OPEN" : "HALF_OPEN";
  };
  policy.onStateChange(() => {
    onChange(shown());
  });
  return {
    policy,
    shown,
    // Who comes while one call finds out does not wait for it: it might take as long as a call may.
    isRefusing: () => policy.state === State.HalfOpen || (policy.state === State.Open && !isDue()),
  };
}

/** Opens after so many failures with no answer between them, when several operations have failed. */
class FailuresOfSeveral implements IBreaker {
  state: unknown = null;
  private failures = 0;
  private readonly operations = new Set<string>();

  failedIn(operation: string): void {
    this.operations.add(operation);
  }

  success(): void {
    this.failures = 0;
    this.operations.clear();
  }

  failure(): boolean {
    this.failures += 1;
    return this.failures >= FAILURES && this.operations.size >= OPERATIONS;
  }
}

/** The caller left before there was anything to judge: it counts only where a circuit waits to be told that it may close. */
class BrokenOff extends Error {
  constructor(
    override readonly cause: unknown,
    readonly isProbe: boolean,
  ) {
    super("the caller left");
  }
}

export function isFailure(error: unknown): boolean {
  return error instanceof SourceUnavailableError || error instanceof UnknownOutcomeError;
}

function isJudgedAsFailure(error: unknown): boolean {
  return error instanceof BrokenOff ? error.isProbe : isFailure(error);
}
