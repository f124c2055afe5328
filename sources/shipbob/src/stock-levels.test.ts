import { availableToPromise, parseSku, parseWarehouseCode } from "@crossdock/domain";
import { parseExactJson } from "@crossdock/source-http";
import { itemLevels, levelOf } from "./stock-levels.ts";
import { countOf } from "./testing/warehouse.ts";

function levelIn(more: Readonly<Record<string, number>>) {
  const location = {
    location_id: 11,
    on_hand_quantity: 10,
    committed_quantity: 4,
    awaiting_quantity: 7,
    ...more,
  };
  const text = JSON.stringify({ inventory_id: 500_001, sku: "NG-10008", locations: [location] });
  const [at] = itemLevels.parse(parseExactJson(text)).locations;
  if (at === undefined) throw new Error("the item lies nowhere");
  return levelOf(parseSku("NG-10008"), parseWarehouseCode("EAST"), at);
}

test("what is between two buildings is told, and is neither on hand nor to be promised", () => {
  const level = levelIn({ internal_transfer_quantity: 5 });
  expect(level).toMatchObject({
    onHand: countOf("10"),
    inbound: countOf("7"),
    inTransit: countOf("5"),
  });
  expect(availableToPromise(level)).toEqual(countOf("6"));
});

test("where nothing is between buildings, nothing is said of it", () => {
  expect(levelIn({})).not.toHaveProperty("inTransit");
  expect(levelIn({ internal_transfer_quantity: 0 })).not.toHaveProperty("inTransit");
});
