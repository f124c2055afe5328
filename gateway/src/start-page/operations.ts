/** What the start page hands to the explorer; a test holds them to the graph. */
export const ACCOUNT = `query AccountAndPrice($customer: ID!, $sku: String!) {
  viewer { name scopes }
  customer(id: $customer) {
    name
    creditLimit { amount currency }
    creditAvailable { amount currency }
    balance { amount currency }
  }
  product(sku: $sku) {
    name
    availableToPromise { value uom }
    price(customerId: $customer, quantity: "10") {
      unitPrice { amount currency }
      basis
      explanation
      breaks { minimumQuantity unitPrice { amount } }
    }
  }
}`;

export const SUBMIT = `mutation Submit($input: SubmitOrderInput!) {
  submitOrder(input: $input) {
    command { id status attempts error { code message } }
    order {
      id
      number
      status
      total { amount currency }
      lines {
        lineNumber
        product { sku name }
        ordered { value uom }
        unitPrice { amount }
        lineTotal { amount }
      }
    }
    userErrors { code message field }
  }
}`;

export const WATCH = `subscription Watch($customer: ID!) {
  orderChanged(customerId: $customer) {
    cursor
    type
    occurredAt
    order {
      id
      number
      status
      shipments { number status trackingNumber }
    }
  }
}`;

export const WHOLE = `query WholeOrder($customer: ID!) {
  orders(filter: { customerId: $customer }, first: 1) {
    edges {
      node {
        id
        number
        status
        placedAt
        total { amount currency }
        lines {
          lineNumber
          product { sku name }
          ordered { value uom }
          shipped { value }
          lineTotal { amount }
        }
        shipments {
          number
          status
          trackingNumber
          milestones { type at source }
        }
        invoices {
          number
          status
          total { amount currency }
        }
        timeline { type at source note }
        blockers { code message owner }
        provenance { source asOf freshness }
      }
    }
  }
}`;

export const OPERATOR = `query Operations {
  commands(first: 5) {
    edges {
      node {
        id
        type
        status
        attempts
        nextAttemptAt
        error { code message }
      }
    }
  }
}`;
