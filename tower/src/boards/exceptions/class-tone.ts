import type { Tone } from "../../components/status.tsx";
import type { CommandErrorClass } from "../../generated/operations.ts";

/** How grave each class of trouble is to the eye: what nobody knows the outcome of goes first. */
export function toneOfClass(kind: CommandErrorClass): Tone {
  switch (kind) {
    case "UNKNOWN_OUTCOME":
    case "TECHNICAL":
      return "bad";
    case "MASTER_DATA":
    case "RATE_LIMIT":
      return "warn";
    case "BUSINESS_RULE":
      return "info";
  }
}
