import type { Ledger } from "@crossdock/ledger";
import type { OperatingFigure, Period } from "./figure.ts";
import { billFigures, orderFigures } from "./order-figures.ts";
import { partnerFigures, stockFigures, workFigures } from "./work-figures.ts";

/** What the books and journals say of how the business ran. */
export interface FigureBook {
  /**
   * @param period at most `MAX_FIGURE_DAYS` long
   * @returns every figure, always in the same order; each of at most `MAX_SAMPLE` rows of an index
   */
  readFigures(period: Period): Promise<readonly OperatingFigure[]>;
}

/** One query after the other: nobody waits for figures, and an embedded ledger has one session. */
export function createFigureBook({ db }: Pick<Ledger, "db">): FigureBook {
  return {
    async readFigures(period) {
      return [
        ...(await workFigures(db, period)),
        ...(await orderFigures(db, period)),
        ...(await billFigures(db, period)),
        ...(await stockFigures(db, period)),
        ...(await partnerFigures(db, period)),
      ];
    },
  };
}
