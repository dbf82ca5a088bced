//! What is kept: the list of orders, reports about them, and who hears when something is wrong.

use super::*;

/// What others use.
pub struct Shared {
    pub orders: Export<String>,
    pub orders_name: Export<String>,
    pub reports: Export<String>,
    pub reports_name: Export<String>,
    pub people: Export<String>,
}

/// The stack, and what it shares.
pub fn stack(mail: &str, keep_days: u32) -> (Stack, Shared) {
    let mut stack = Stack::new("shop-data");
    stack.description("What the shop keeps");
    let people = stack.add("People", Topic::new().subscribe(Subscription::email(mail)));
    let orders = stack.add("Orders", Table::new(Key::string("id")));
    let reports = stack.add("Reports", Bucket::new().expire_after_days("", keep_days));
    stack.add("OrdersThrottled", Alarm::above(orders.metric_throttled(), 0).notify(people.arn()));
    let shared = Shared {
        orders: stack.export("OrdersArn", orders.arn()),
        orders_name: stack.export("OrdersName", orders.name()),
        reports: stack.export("ReportsArn", reports.arn()),
        reports_name: stack.export("ReportsName", reports.name()),
        people: stack.export("PeopleArn", people.arn()),
    };
    (stack, shared)
}
