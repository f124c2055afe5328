import { WORK_LIST_KINDS, type WorkListKind } from "@crossdock/processes/work-list-kinds";
import { Argument, type Command } from "commander";
import {
  EXIT_CODES,
  fail,
  printAnswer,
  printRows,
  withCommonFlags,
  type Column,
  type CommonFlags,
} from "./ctl-output.ts";
import { asOperator } from "./ctl-stack.ts";
import {
  listPartnerHealth,
  listWork,
  readFlow,
  readTransaction,
  type Flow,
  type PartnerHealth,
  type StageAge,
  type TransactionStep,
  type WorkItem,
} from "./flow-desk.ts";
import { secondsInWords } from "./duration.ts";

type Stage = StageAge & { readonly warehouse: string };

/** `ctl tower …` and `ctl transaction`: what the tower shows, for a shell. */
export function addFlowCommands(program: Command): void {
  const tower = program
    .command("tower")
    .description("How orders flow, what waits for too long, how partners do.");

  withCommonFlags(tower.command("flow"))
    .description("Prints how many orders are in each stage, and what is under way.")
    .action(async (flags: CommonFlags) => {
      const flow = await asOperator(flags, readFlow);
      if (flags.json === true) {
        printAnswer(flow, "", flags);
        return;
      }
      printRows(stagesOf(flow), STAGE_COLUMNS, { whenEmpty: "No order is open." });
      printAnswer(flow, figuresOf(flow), flags);
    });

  withCommonFlags(tower.command("stuck"))
    .description("Prints the orders that are in a stage for too long; exits with 1 if one is.")
    .addHelpText("after", "\nExample, for a monitor:\n  ctl tower stuck --json || notify-operators")
    .action((flags: CommonFlags) => printWork("STUCK_BETWEEN_STAGES", flags));

  withCommonFlags(tower.command("worklist"))
    .description("Prints what of a kind has waited for too long; exits with 1 if something has.")
    .addArgument(new Argument("<kind>", "what waits").choices(WORK_LIST_KINDS))
    .addHelpText("after", "\nExample:\n  ctl tower worklist PENDING_ERP_CREATION")
    .action((kind: WorkListKind, flags: CommonFlags) => printWork(kind, flags));

  withCommonFlags(tower.command("partners"))
    .description("Prints what each partner asked for in the last hour, and how it fared.")
    .action(async (flags: CommonFlags) => {
      const partners = await asOperator(flags, listPartnerHealth);
      printRows(partners, PARTNER_COLUMNS, { json: flags.json, whenEmpty: "There is no partner." });
    });

  withCommonFlags(program.command("transaction"))
    .description("Prints what an order, or a request, has set off over all systems, in order.")
    .argument("<name>", "a correlation id, or the number or id of an order")
    .addHelpText("after", "\nExample:\n  ctl transaction SO-101001")
    .action(async (name: string, flags: CommonFlags) => {
      const found = await asOperator(flags, (address) => readTransaction(address, name));
      if (found === null) fail(`nothing is known of ${name}`, EXIT_CODES.no);
      if (flags.json === true) {
        printAnswer(found, "", flags);
        return;
      }
      printRows(found.steps, STEP_COLUMNS, {});
      const over = found.isOver ? "over" : "not over";
      const systems = found.systems.join(", ");
      printAnswer(found, `${found.correlationId} is ${over}; systems: ${systems}`, flags);
    });
}

async function printWork(kind: WorkListKind, flags: CommonFlags): Promise<void> {
  const items = await asOperator(flags, (address) => listWork(address, kind));
  printRows(items, WORK_COLUMNS, { json: flags.json, whenEmpty: "Nothing waits for too long." });
  if (items.length > 0) process.exitCode = EXIT_CODES.no;
}

/** Of all orders, then of each warehouse. */
function stagesOf({ openOrdersByStage, byWarehouse }: Flow): readonly Stage[] {
  return [{ warehouse: "", openOrdersByStage }, ...byWarehouse].flatMap(
    ({ warehouse, openOrdersByStage: stages }) => stages.map((stage) => ({ ...stage, warehouse })),
  );
}

function figuresOf(flow: Flow): string {
  const words = (seconds: number | null) => (seconds === null ? "-" : secondsInWords(seconds));
  return [
    `shipment to invoice: ${words(flow.shipmentToInvoiceP50Seconds)} (half), ${words(flow.shipmentToInvoiceP95Seconds)} (95 of 100)`,
    `stock is known after: ${words(flow.inventoryFreshnessP95Seconds)} (95 of 100)`,
    `commands: ${String(flow.commandsInFlight)} in flight, ${String(flow.deadLettered)} wait for a person, oldest queued ${words(flow.oldestQueuedSeconds)}`,
  ].join("\n");
}

const STAGE_COLUMNS: readonly Column<Stage>[] = [
  { title: "WAREHOUSE", of: ({ warehouse }) => (warehouse === "" ? "all" : warehouse) },
  { title: "STAGE", of: ({ stage }) => stage },
  { title: "ORDERS", of: ({ count }) => String(count) },
  { title: "LATE", of: ({ late }) => String(late) },
  { title: "OLDEST", of: ({ oldestSeconds }) => secondsInWords(oldestSeconds) },
  {
    title: "LATE AFTER",
    of: ({ thresholdSeconds }) =>
      thresholdSeconds === null ? "-" : secondsInWords(thresholdSeconds),
  },
];

const WORK_COLUMNS: readonly Column<WorkItem>[] = [
  { title: "AGE", of: ({ ageSeconds }) => secondsInWords(ageSeconds) },
  { title: "LATE AFTER", of: ({ thresholdSeconds }) => secondsInWords(thresholdSeconds) },
  { title: "SUBJECT", of: ({ subject }) => `${subject.typename} ${subject.id}` },
  { title: "WHAT", of: ({ summary }) => summary },
];

const PARTNER_COLUMNS: readonly Column<PartnerHealth>[] = [
  { title: "CLIENT", of: ({ clientId }) => clientId },
  { title: "NAME", of: ({ name }) => name },
  { title: "CHANNEL", of: ({ channel }) => channel },
  { title: "REQUESTS", of: ({ requestsLastHour }) => String(requestsLastHour) },
  {
    title: "SUCCESS",
    of: ({ successRatio }) =>
      successRatio === null ? "-" : `${(successRatio * 100).toFixed(1)} %`,
  },
  { title: "REFUSED", of: ({ refusedLastHour }) => String(refusedLastHour) },
  {
    title: "POINTS/MIN",
    of: ({ pointsLastMinute, pointsPerMinute }) =>
      `${String(pointsLastMinute)} of ${String(pointsPerMinute)}`,
  },
  { title: "LAST SEEN", of: ({ lastSeenAt }) => lastSeenAt ?? "-" },
  {
    title: "STATE",
    of: ({ isSuspended, isPaused }) => (isSuspended ? "suspended" : isPaused ? "paused" : "let in"),
  },
];

const STEP_COLUMNS: readonly Column<TransactionStep>[] = [
  { title: "AT", of: ({ startedAt }) => startedAt },
  { title: "SYSTEM", of: ({ system }) => system },
  { title: "KIND", of: ({ kind }) => kind },
  { title: "NAME", of: ({ name }) => name },
  { title: "MS", of: ({ durationMs }) => (durationMs === null ? "" : String(durationMs)) },
  { title: "OUTCOME", of: ({ outcome }) => outcome ?? "" },
  { title: "DOCUMENT", of: ({ documentId }) => documentId ?? "" },
  { title: "PAYLOAD", of: ({ payloadHash }) => payloadHash?.slice(0, HASH_CHARACTERS) ?? "" },
];

/** Enough to tell two payloads apart; `--json` has all of it. */
const HASH_CHARACTERS = 12;
