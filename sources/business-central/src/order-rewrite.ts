import { compareDecimals, type OrderDraft, type OrderDraftLine } from "@crossdock/domain";
import type { ODataChange } from "./odata.ts";
import { lineInput, shipToFields, unknownWarehouseOf } from "./order-input.ts";
import { ORDER_LINES, ORDERS, SEQUENCE_STEP, type ChangeableRow } from "./order-rows.ts";
import type { ReferenceData } from "./reference-data.ts";
import { NULL_DATE } from "./wire-values.ts";

type Line = ChangeableRow["salesOrderLines"][number];

/**
 * What has to change in the ERP for the order to be as the draft says, each with the version that it
 * changes: the header's dates and address, then lines. Lines that a clerk has put between ours stay.
 * @returns empty when it is so already; `null` when the tenant has no such warehouse
 */
export function changesTo(
  row: ChangeableRow,
  draft: OrderDraft,
  reference: ReferenceData,
): readonly ODataChange[] | null {
  if (unknownWarehouseOf(draft, reference) !== null) return null;
  const header = headerChange(row, draft);
  const ours = row.salesOrderLines.filter(
    ({ lineType, sequence }) => lineType === "Item" && sequence % SEQUENCE_STEP === 0,
  );
  const wanted = new Map(draft.lines.map((line) => [line.lineNumber * SEQUENCE_STEP, line]));
  const known = new Map(ours.map((line) => [line.sequence, line]));
  const isKept = (line: Line) => wanted.get(line.sequence)?.sku === line.lineObjectNumber;
  const input = (line: OrderDraftLine) => lineInput(line, draft, reference);
  return [
    ...(header === null ? [] : [header]),
    ...ours.filter((line) => !isKept(line)).map((line) => lineChange("DELETE", line, null)),
    ...ours.flatMap((line) => {
      const draftLine = wanted.get(line.sequence);
      if (draftLine === undefined || !isKept(line)) return [];
      const { description, unitOfMeasureCode, quantity, unitPrice, locationId } = input(draftLine);
      const isSame =
        compareDecimals(line.quantity, draftLine.ordered.value) === 0 &&
        compareDecimals(line.unitPrice, draftLine.unitPrice.amount) === 0 &&
        line.unitOfMeasureCode === unitOfMeasureCode &&
        line.locationId === locationId;
      const body = { description, unitOfMeasureCode, quantity, unitPrice, locationId };
      return isSame ? [] : [lineChange("PATCH", line, body)];
    }),
    ...draft.lines.flatMap((line): ODataChange[] => {
      const before = known.get(line.lineNumber * SEQUENCE_STEP);
      if (before !== undefined && isKept(before)) return [];
      const path = `${ORDERS}(${row.id})/${ORDER_LINES}`;
      return [{ method: "POST", path, body: input(line), etag: null }];
    }),
  ];
}

function headerChange(row: ChangeableRow, draft: OrderDraft): ODataChange | null {
  const shipTo = shipToFields(draft.shipTo);
  const isSame =
    row.requestedDeliveryDate === draft.requestedDeliveryOn &&
    Object.entries(shipTo).every(
      ([field, text]) => (row[field as keyof typeof shipTo] ?? "") === text,
    );
  if (isSame) return null;
  const body = { requestedDeliveryDate: draft.requestedDeliveryOn ?? NULL_DATE, ...shipTo };
  return { method: "PATCH", path: `${ORDERS}(${row.id})`, body, etag: row["@odata.etag"] };
}

function lineChange(
  method: "PATCH" | "DELETE",
  line: Line,
  body: Readonly<Record<string, unknown>> | null,
): ODataChange {
  return { method, path: `${ORDER_LINES}(${line.id})`, body, etag: line["@odata.etag"] };
}
