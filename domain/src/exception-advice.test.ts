import { ERROR_CLASSES } from "./error-class.ts";
import { adviseOn } from "./exception-advice.ts";

test.each([
  ["MASTER_DATA", "ITEM_BLOCKED", "erp", "masterData", "REPAIR_MASTER_DATA"],
  ["MASTER_DATA", "SOMETHING_NEW", "finance", "masterData", "REPAIR_MASTER_DATA"],
  ["BUSINESS_RULE", "PERIOD_CLOSED", "finance", "finance", "REOPEN_PERIOD"],
  ["BUSINESS_RULE", "REFUSED", "wms", "warehouse", "LIFT_REFUSAL"],
  ["TECHNICAL", "SOURCE_UNAVAILABLE", "erp", "source", "RETRY_AFTER_REPAIR"],
  ["TECHNICAL", "INTERNAL_SERVER_ERROR", "erp", "operator", "CALL_SUPPORT"],
  ["UNKNOWN_OUTCOME", "IN_DOUBT", "erp", "operator", "LOOK_AT_SOURCE"],
  ["TECHNICAL", "AWAITED", "carrier", "source", "RETRY_LATER"],
] as const)("%s %s of the %s is for %s: %s", (errorClass, code, system, owner, action) => {
  expect(adviseOn({ errorClass, code, system })).toMatchObject({ owner, action: { code: action } });
});

test.each([...ERROR_CLASSES, null])(
  "%s has somebody who acts, and names the system",
  (errorClass) => {
    const { action } = adviseOn({ errorClass, code: "ANYTHING", system: "wms" });
    expect(action.text).toContain("warehouse system");
  },
);
