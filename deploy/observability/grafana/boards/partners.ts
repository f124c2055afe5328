import type { Board } from "../board.ts";
import { perSecond } from "../queries.ts";

export const partners: Board = {
  uid: "crossdock-partners",
  title: "Crossdock: partners",
  panels: [
    {
      title: "Operations of partners",
      about: "A second, by application.",
      unit: "reqps",
      queries: [
        [
          perSecond('crossdock_gateway_client_operations_total{channel="partner"}', "client"),
          "{{client}}",
        ],
      ],
    },
    {
      title: "Success of partners",
      about: "The part of what an application asks that is answered whole.",
      unit: "percentunit",
      queries: [
        [
          `${perSecond('crossdock_gateway_client_operations_total{channel="partner",outcome="ok"}', "client")} / ${perSecond('crossdock_gateway_client_operations_total{channel="partner"}', "client")}`,
          "{{client}}",
        ],
      ],
    },
    {
      title: "By channel",
      about: "Operations a second, by the role of who asks, and outcome.",
      unit: "reqps",
      queries: [
        [
          perSecond("crossdock_gateway_client_operations_total", "channel", "outcome"),
          "{{channel}} {{outcome}}",
        ],
      ],
    },
    {
      title: "Operations that may not be sent",
      about: "A second, by code: what is in no manifest of theirs.",
      unit: "reqps",
      queries: [[perSecond("crossdock_gateway_operations_not_admitted_total", "code"), "{{code}}"]],
    },
    {
      title: "Counted together",
      about:
        "1 while all processes count quotas together, 0 while each counts alone; nothing without Redis.",
      unit: "short",
      queries: [["min(crossdock_quota_shared)", "shared"]],
    },
  ],
};
