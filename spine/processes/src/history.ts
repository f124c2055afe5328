/**
 * Ends the name of the watermark that a feed leaves when all that its source held before is in the
 * books: `finance-invoice#history`.
 */
export const HISTORY_READ = "#history";
