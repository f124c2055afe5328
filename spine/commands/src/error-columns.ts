import { redactText } from "@crossdock/domain";
import type { LastAnswer } from "@crossdock/domain";
import type { CommandError } from "./command-record.ts";

/** Longer answers are cut: enough to see what is wrong, not to keep a page of markup. In characters. */
const MAX_ANSWER_LENGTH = 500;
const MAX_CODE_LENGTH = 100;

/**
 * An error as the columns of its command; `null` clears them.
 * @param lastAnswer as the source gave it: what is private is taken out here, before it is on disk
 */
export function errorColumns(error: CommandError | null, lastAnswer: LastAnswer | null = null) {
  return {
    error_class: error?.class ?? null,
    error_code: error?.code ?? null,
    error_message: error?.message ?? null,
    error_retryable: error?.retryable ?? null,
    last_answer: lastAnswer === null ? null : JSON.stringify(redacted(lastAnswer)),
  };
}

function redacted({ status, code, message }: LastAnswer): LastAnswer {
  return {
    status,
    code: code === null ? null : redactText(code, MAX_CODE_LENGTH),
    message: redactText(message, MAX_ANSWER_LENGTH),
  };
}
