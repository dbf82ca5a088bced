//! The service: the application with the table of another stack, and a nightly report by a function in Python, in the network.

use super::*;

/// What the application's stack has besides its tasks.
pub fn resources(stack: &mut AppStack, network: &network::Shared, data: &data::Shared) {
    stack.description("Takes orders and charges them");
    let (orders, people) = (access::Table::from_arn(stack.import(&data.orders)), stack.import(&data.people));
    stack.bind_table::<three_stacks::Orders>(&orders);
    stack.alarm_on_dead_letters(people.clone());
    stack.dashboard();

    let reports = access::Bucket::from_arn(stack.import(&data.reports));
    let vpc = sam::function::VpcConfig::default()
        .subnet_ids(stack.import(&network.subnets))
        .security_group_ids([stack.import(&network.security_group)]);
    let code = stack.asset(Asset::folder("lambda/report").exclude(["*.pyc"]));
    let code =
        sam::Function::new().handler("index.handler").runtime("python3.13").timeout(60).code_uri(&code).vpc_config(vpc);
    let report = LambdaFunction::new(code)
        .grant(orders.grant_read())
        .grant(reports.grant_write())
        .environment_variable("ORDERS", stack.import(&data.orders_name))
        .environment_variable("REPORTS", stack.import(&data.reports_name));
    let report = stack.add("Report", report);
    let nightly = EventRule::schedule(schedule!("cron(0 3 * * ? *)")).target(EventTarget::function(report.resource()));
    stack.add("Nightly", nightly);
    stack.add("ReportFails", Alarm::above(report.metric_errors(), 0).notify(people));
}
