import { assertNever } from "../../brand.ts";
import type { InvoiceNumber } from "../../identifiers.ts";
import type { OrderState } from "../../order-state.ts";
import type { OrderToCashEvent } from "../../order-to-cash/events.ts";
import { second } from "./sources-of.ts";
import type { Trouble, TroubledCommand, Truth } from "./truth.ts";

/** Something that somebody knows and the process is told, some time. */
export type Message = {
  readonly name: string;
  /** The command that did it; `null` where a feed tells of it or somebody asks. */
  readonly commandId: string | null;
  /** What it says when it is told now; `null` where that is known already. */
  readonly say: (tick: number, state: OrderState) => OrderToCashEvent | null;
  /** What is on its way as soon as this is told. */
  readonly follow: () => void;
};

/** What is a command of. */
export type About = { readonly release?: number; readonly invoice?: InvoiceNumber };

type Asked = {
  readonly kind: TroubledCommand;
  readonly step: string;
  readonly about: About;
  isWithdrawable: boolean;
};

export type Sent = {
  readonly kind: TroubledCommand;
  readonly step: string;
  readonly about?: About;
  /** How it ends when it comes through. */
  readonly answer: (tick: number) => OrderToCashEvent;
  /** What the source does when it is asked, whether the answer is there or not. */
  readonly done?: () => void;
  readonly trouble?: Trouble;
};

/**
 * Messages and commands on their way. A command's attempts are told one after the other, as its own journal has
 * them; everything else may overtake everything.
 */
export function openInFlight({ troubles }: Truth) {
  const pending: (Message & { readonly asked: Asked | null })[] = [];
  const unanswered = new Set<Asked>();

  const push = (
    name: string,
    say: Message["say"],
    asked: Asked | null = null,
    follow: () => void = () => undefined,
  ): void => {
    const commandId = asked === null ? null : `command-${asked.step}`;
    pending.push({ name, say, follow, asked, commandId });
  };

  const send = ({ kind, step, about = {}, answer, done, trouble }: Sent): void => {
    const asked: Asked = { kind, step, about, isWithdrawable: true };
    unanswered.add(asked);
    const own = trouble ?? troubles.find(({ command }) => command === kind);
    const failures = own === undefined ? [] : failuresOf(own);
    const tryAgain = (attempt: number): void => {
      const failure = failures[attempt];
      if (failure === undefined) {
        asked.isWithdrawable = false;
        done?.();
        push(`${step} is answered`, answer, asked, () => void unanswered.delete(asked));
        return;
      }
      const say = (tick: number) => failureOf(failure, asked, tick);
      push(`${step}: ${failure}`, say, asked, () => {
        if (failure === "stepEnded") unanswered.delete(asked);
        else tryAgain(attempt + 1);
      });
    };
    tryAgain(0);
  };

  return {
    /** What may be told next, in the order in which it came to be. */
    pending: (): readonly Message[] => pending,
    push,
    send,
    /** A command that was accepted and waits for a person's word. @returns ends the waiting */
    hold(kind: TroubledCommand, step: string): () => void {
      const asked: Asked = { kind, step, about: {}, isWithdrawable: true };
      unanswered.add(asked);
      return () => void unanswered.delete(asked);
    },
    told(message: Message): void {
      const at = pending.findIndex((one) => one === message);
      if (at >= 0) pending.splice(at, 1);
      message.follow();
    },
    /** Steps that were asked for and have no answer. */
    unanswered: (): readonly string[] => [...unanswered].map(({ step }) => step),
    /** Takes back what has reached nobody. @returns what the process is told of each, in the same transaction */
    withdraw(kind: TroubledCommand): readonly Message[] {
      const found = [...unanswered].filter((asked) => asked.kind === kind && asked.isWithdrawable);
      return found.map((asked) => {
        asked.isWithdrawable = false;
        for (const message of pending.filter((one) => one.asked === asked)) {
          pending.splice(pending.indexOf(message), 1);
        }
        return {
          name: `${asked.step} is withdrawn`,
          commandId: null,
          say: (tick) => failureOf("stepEnded", asked, tick),
          follow: () => void unanswered.delete(asked),
        };
      });
    },
  };
}

type Failure = "stepPostponed" | "stepFailed" | "stepEnded";

function failuresOf({ postponed, failed }: Trouble): readonly Failure[] {
  return [
    ...Array.from({ length: postponed }, () => "stepPostponed" as const),
    ...(failed === "never" ? [] : ["stepFailed" as const]),
    ...(failed === "ended" ? ["stepEnded" as const] : []),
  ];
}

function failureOf(failure: Failure, { kind, about }: Asked, tick: number): OrderToCashEvent {
  const stamp = { step: kind, ...about, at: second(tick), source: "crossdock" };
  switch (failure) {
    case "stepPostponed":
      return { kind: failure, ...stamp };
    case "stepFailed":
      return { kind: failure, code: "SOURCE_UNAVAILABLE", message: "It is away.", ...stamp };
    case "stepEnded":
      return { kind: failure, isDone: false, note: "It was ended.", ...stamp };
    default:
      return assertNever(failure);
  }
}

/** The source says no. */
export function refusal(
  step: TroubledCommand,
  code: string,
  about: About = {},
): (tick: number) => OrderToCashEvent {
  return (tick) => ({
    kind: "stepRefused",
    step,
    ...about,
    code,
    message: "The source says no.",
    at: second(tick),
    source: "source",
  });
}
