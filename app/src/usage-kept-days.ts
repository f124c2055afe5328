/** Days that usage is kept for; what is older goes when the first of a day is added. */
export const USAGE_KEPT_DAYS = 90;
