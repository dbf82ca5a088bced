//! A network: a VPC with all that belongs to it.

mod blocks;

use cfn_model::{
    IntoNode, Node, Object, Resource, Value,
    intrinsic::{get_att, get_azs, ref_, select, sub},
    lambda, logs,
};
use sam_resources as sam;

use self::blocks::{Block, Kind};
use super::report;
use crate::object::object;
use crate::{
    Construct, Stack,
    iam::{PolicyDocument, Statement, role, trusted_in_account},
    metric::Metric,
};

/// A region has at most so many zones that an account can use.
const MOST_ZONES: usize = 6;

/// A network: a VPC with subnets in several zones, and the ways out of it.
///
/// | | default |
/// |---|---|
/// | addresses | `10.0.0.0/16` |
/// | zones | 2: one can fail, and each costs something once there are NAT gateways or interface endpoints |
/// | subnets | isolated ones, without a way to the internet: what nobody reaches, nobody breaks into |
/// | NAT gateways | none: each costs by the hour, whether it is used or not |
/// | S3 and DynamoDB | by gateway endpoints, which cost nothing, and save what NAT would cost |
/// | flow logs | none: they cost by the gigabyte |
///
/// Blocks of subnets are literal, and depend on the network's block, the kind of the subnet and the number of the zone only: none moves
/// when a zone, public subnets or NAT gateways are added. Of a `/16`, each subnet has a `/21`, which is 2,043 addresses; public subnets
/// begin at `.0.0`, private ones at `.64.0`, isolated ones at `.128.0`, and the last quarter, from `.192.0` on, is left for what you add.
///
/// ```
/// use async_lambda_constructs::{constructs::Network, prelude::*};
///
/// let mut stack = Stack::new("shop");
/// let network = stack.add("Network", Network::new().zones(3).nat_gateways(1).interface_endpoint("sqs"));
/// let code = sam::Function::new().handler("bootstrap").runtime(sam::Runtime::ProvidedAl2023).code_uri("target/work.zip");
/// stack.add("Work", code.vpc_config(network.vpc_config()));
/// assert!(!stack.validate().has_errors());
/// ```
#[derive(Clone, Debug)]
#[must_use = "a construct does nothing until it is added to a stack"]
pub struct Network {
    cidr: String,
    zones: usize,
    zone_names: Option<Vec<String>>,
    is_public: bool,
    nat_gateways: usize,
    has_gateway_endpoints: bool,
    interface_endpoints: Vec<String>,
    flow_log_days: Option<Value<i64>>,
    vpc: Object,
}

/// A network that is in a stack.
#[derive(Clone, Debug)]
pub struct NetworkHandle {
    id: String,
    public: Vec<Value<String>>,
    private: Vec<Value<String>>,
    isolated: Vec<Value<String>>,
    nat_gateways: Vec<Value<String>>,
}

impl Default for Network {
    fn default() -> Network {
        Network::new()
    }
}

impl Network {
    /// A network of isolated subnets in two zones.
    pub fn new() -> Network {
        Network {
            cidr: "10.0.0.0/16".to_owned(),
            zones: 2,
            zone_names: None,
            is_public: false,
            nat_gateways: 0,
            has_gateway_endpoints: true,
            interface_endpoints: Vec::new(),
            flow_log_days: None,
            vpc: Object::default(),
        }
    }

    /// The addresses: a private block with a prefix of 16 to 23. Networks that are to be connected some day have different ones.
    pub fn cidr(mut self, block: impl Into<String>) -> Network {
        self.cidr = block.into();
        self
    }

    /// In how many zones of the region there are subnets: 1 to 6. They are the first ones that `Fn::GetAZs` gives.
    pub fn zones(mut self, count: usize) -> Network {
        self.zones = count;
        self
    }

    /// The zones by name, `eu-central-1a`; more are added at the end.
    pub fn zone_names<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Network {
        self.zone_names = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Public subnets with a way to and from the internet, for load balancers and the like.
    pub fn public_subnets(mut self) -> Network {
        self.is_public = true;
        self
    }

    /// Private subnets, with a way to the internet through so many NAT gateways: 1, or one for each zone, so that a zone that fails takes
    /// nothing but itself. They need public subnets, which come with them. Functions are in private subnets from then on.
    pub fn nat_gateways(mut self, count: usize) -> Network {
        self.nat_gateways = count;
        self
    }

    /// Without endpoints of S3 and DynamoDB.
    pub fn without_gateway_endpoints(mut self) -> Network {
        self.has_gateway_endpoints = false;
        self
    }

    /// A way to a service of AWS that does not need the internet: `sqs`, `secretsmanager`, `ecr.api`, or the whole name of a service. It
    /// has an address in each zone, and costs by the hour for each.
    pub fn interface_endpoint(mut self, service: impl Into<String>) -> Network {
        self.interface_endpoints.push(service.into());
        self
    }

    /// Writes down which connections there were, accepted or not, and keeps that for so many days.
    pub fn flow_logs(mut self, days: impl Into<Value<i64>>) -> Network {
        self.flow_log_days = Some(days.into());
        self
    }

    /// Any other property of the VPC, by CloudFormation's name: `customize_vpc(|vpc| { vpc.insert("InstanceTenancy".into(), ..); })`.
    pub fn customize_vpc(mut self, change: impl FnOnce(&mut Object)) -> Network {
        change(&mut self.vpc);
        self
    }

    fn zone_count(&self) -> usize {
        self.zone_names.as_ref().map_or(self.zones, Vec::len)
    }

    fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        let zones = self.zone_count();
        if let Err(problem) = Block::of_network(&self.cidr) {
            problems.push(problem);
        }
        if !(1..=MOST_ZONES).contains(&zones) {
            let message = format!("the zones must be 1 to {MOST_ZONES}, got {zones}");
            problems.push((message, "two survive that one fails; no region has more than six".to_owned()));
        }
        let names = self.zone_names.iter().flatten();
        for (index, name) in
            names.clone().enumerate().filter(|(index, name)| names.clone().take(*index).any(|other| other == *name))
        {
            let message = format!("each zone must be given once, got `{name}` again as number {}", index + 1);
            problems.push((message, "remove it".to_owned()));
        }
        if self.nat_gateways > zones {
            let message = format!(
                "the NAT gateways must be at most one for each of the {zones} zones, got {}",
                self.nat_gateways
            );
            problems.push((message, format!("`.nat_gateways({zones})`, or more zones")));
        }
        for (index, service) in self.interface_endpoints.iter().enumerate() {
            let help = match service.as_str() {
                "" => Some("the name of a service, as in `com.amazonaws.eu-central-1.sqs`"),
                _ if self.interface_endpoints[..index].contains(service) => Some("once is enough"),
                "dynamodb" | "s3" if self.has_gateway_endpoints => Some(
                    "its gateway endpoint costs nothing, and is there: remove it, or say `.without_gateway_endpoints()`",
                ),
                _ => None,
            };
            if let Some(help) = help {
                let message =
                    format!("each interface endpoint must be of a service that has no endpoint yet, got `{service}`");
                problems.push((message, help.to_owned()));
            }
        }
        problems
    }
}

impl Construct for Network {
    type Handle = NetworkHandle;

    #[track_caller]
    fn build(self, id: &str, stack: &mut Stack) -> NetworkHandle {
        let problems = self.problems();
        // What is wrong stands in the findings, and the rest of the template is complete.
        let network = Block::of_network(&self.cidr).or_else(|_| Block::of_network("10.0.0.0/16"));
        let zones = self.zone_count().clamp(1, MOST_ZONES);
        let mut builder = Builder { id, stack, names: self.zone_names };

        let mut vpc = object([
            ("CidrBlock", self.cidr.as_str().into_node()),
            // Names of AWS's services lead to endpoints.
            ("EnableDnsSupport", true.into_node()),
            ("EnableDnsHostnames", true.into_node()),
            ("Tags", builder.tags("")),
        ]);
        vpc.extend(self.vpc);
        builder.stack.add(id, Resource::raw("AWS::EC2::VPC", vpc));

        let mut handle = NetworkHandle {
            id: id.to_owned(),
            public: Vec::new(),
            private: Vec::new(),
            isolated: Vec::new(),
            nat_gateways: Vec::new(),
        };
        if let Ok(network) = network {
            if self.is_public || self.nat_gateways > 0 {
                builder.internet_gateway();
                for zone in 0..zones {
                    handle.public.push(builder.subnet(network, Kind::Public, zone, "Public"));
                }
            }
            let nat_gateways = self.nat_gateways.min(zones);
            for zone in 0..nat_gateways {
                handle.nat_gateways.push(builder.nat_gateway(zone));
            }
            for zone in (0..zones).filter(|_| nat_gateways > 0) {
                let table = builder.private_table(zone, zone % nat_gateways);
                handle.private.push(builder.subnet(network, Kind::Private, zone, &table));
            }
            builder.table("Isolated");
            for zone in 0..zones {
                handle.isolated.push(builder.subnet(network, Kind::Isolated, zone, "Isolated"));
            }
        }

        let functions = object([
            ("GroupDescription", "Functions: nobody connects to them".into_node()),
            ("VpcId", ref_::<String>(id).into_node()),
            ("SecurityGroupEgress", vec![everywhere()].into_node()),
            ("Tags", builder.tags("Functions")),
        ]);
        builder.stack.add(format!("{id}Functions"), Resource::raw("AWS::EC2::SecurityGroup", functions));
        if self.has_gateway_endpoints {
            let mut tables: Vec<Node> = Vec::new();
            if !handle.public.is_empty() {
                tables.push(ref_::<String>(format!("{id}PublicRoutes")).into_node());
            }
            let private =
                (0..handle.private.len()).map(|zone| ref_::<String>(format!("{id}Private{}Routes", zone + 1)));
            tables.extend(private.map(IntoNode::into_node));
            tables.push(ref_::<String>(format!("{id}IsolatedRoutes")).into_node());
            for (name, service) in [("S3", "s3"), ("DynamoDb", "dynamodb")] {
                builder.gateway_endpoint(name, service, &tables);
            }
        }
        if !self.interface_endpoints.is_empty() {
            builder.interface_endpoints(&self.interface_endpoints, handle.subnets());
        }
        if let Some(days) = self.flow_log_days {
            builder.flow_logs(days);
        }
        for (message, help) in problems {
            report(stack, id, format!("network `{id}`: {message}"), &help);
        }
        handle
    }
}

/// Adds the resources of a network.
struct Builder<'a> {
    id: &'a str,
    stack: &'a mut Stack,
    names: Option<Vec<String>>,
}

impl Builder<'_> {
    #[track_caller]
    fn add<const N: usize>(&mut self, name: &str, kind: &str, properties: [(&str, Node); N]) {
        self.stack.add(format!("{}{name}", self.id), Resource::raw(kind, object(properties)));
    }

    fn reference(&self, name: &str) -> Node {
        ref_::<String>(format!("{}{name}", self.id)).into_node()
    }

    /// The name that the console shows.
    fn tags(&self, name: &str) -> Node {
        let slash = if name.is_empty() { "" } else { "/" };
        let value: Value<String> = sub(format!("${{AWS::StackName}}/{}{slash}{name}", self.id));
        vec![object([("Key", "Name".into_node()), ("Value", value.into_node())]).into_node()].into_node()
    }

    /// The zone of this number, from 0.
    fn zone(&self, zone: usize) -> Node {
        match self.names.as_ref().and_then(|names| names.get(zone)) {
            Some(name) => name.as_str().into_node(),
            None => select(zone.to_string(), get_azs("")).into_node(),
        }
    }

    /// A subnet with the route table of this name.
    #[track_caller]
    fn subnet(&mut self, network: Block, kind: Kind, zone: usize, table: &str) -> Value<String> {
        let name = format!("{kind:?}{}", zone + 1);
        if self.names.is_some() {
            self.stack.ignore(format!("{}{name}", self.id), "W3010", "the zones of the network are given by name");
        }
        let properties = [
            ("VpcId", self.reference("")),
            ("AvailabilityZone", self.zone(zone)),
            ("CidrBlock", network.subnet(kind, zone).to_string().into_node()),
            ("Tags", self.tags(&name)),
        ];
        self.add(&name, "AWS::EC2::Subnet", properties);
        let association =
            [("SubnetId", self.reference(&name)), ("RouteTableId", self.reference(&format!("{table}Routes")))];
        self.add(&format!("{name}RoutesAssociation"), "AWS::EC2::SubnetRouteTableAssociation", association);
        ref_(format!("{}{name}", self.id))
    }

    #[track_caller]
    fn table(&mut self, name: &str) {
        let properties = [("VpcId", self.reference("")), ("Tags", self.tags(name))];
        self.add(&format!("{name}Routes"), "AWS::EC2::RouteTable", properties);
    }

    /// The internet gateway, and the route table of public subnets.
    #[track_caller]
    fn internet_gateway(&mut self) {
        let tags = self.tags("");
        self.add("InternetGateway", "AWS::EC2::InternetGateway", [("Tags", tags)]);
        let attachment = [("VpcId", self.reference("")), ("InternetGatewayId", self.reference("InternetGateway"))];
        self.add("InternetGatewayAttachment", "AWS::EC2::VPCGatewayAttachment", attachment);
        self.table("Public");
        let route = object([
            ("RouteTableId", self.reference("PublicRoutes")),
            ("DestinationCidrBlock", "0.0.0.0/0".into_node()),
            ("GatewayId", self.reference("InternetGateway")),
        ]);
        // A route to a gateway that is not attached is refused.
        let attachment = format!("{}InternetGatewayAttachment", self.id);
        let route = Resource::raw("AWS::EC2::Route", route).depends_on(attachment);
        self.stack.add(format!("{}PublicRoute", self.id), route);
    }

    #[track_caller]
    fn nat_gateway(&mut self, zone: usize) -> Value<String> {
        let name = format!("Nat{}", zone + 1);
        let attachment = format!("{}InternetGatewayAttachment", self.id);
        let address = object([("Domain", "vpc".into_node()), ("Tags", self.tags(&name))]);
        let address = Resource::raw("AWS::EC2::EIP", address).depends_on(attachment);
        self.stack.add(format!("{}{name}Address", self.id), address);
        let allocation: Value<String> = get_att(format!("{}{name}Address", self.id), "AllocationId");
        let properties = [
            ("SubnetId", self.reference(&format!("Public{}", zone + 1))),
            ("AllocationId", allocation.into_node()),
            ("Tags", self.tags(&name)),
        ];
        self.add(&name, "AWS::EC2::NatGateway", properties);
        ref_(format!("{}{name}", self.id))
    }

    /// The route table of a zone's private subnet, which leads to a NAT gateway. It gives the table's name.
    #[track_caller]
    fn private_table(&mut self, zone: usize, nat_gateway: usize) -> String {
        let name = format!("Private{}", zone + 1);
        self.table(&name);
        let route = [
            ("RouteTableId", self.reference(&format!("{name}Routes"))),
            ("DestinationCidrBlock", "0.0.0.0/0".into_node()),
            ("NatGatewayId", self.reference(&format!("Nat{}", nat_gateway + 1))),
        ];
        self.add(&format!("{name}Route"), "AWS::EC2::Route", route);
        name
    }

    #[track_caller]
    fn gateway_endpoint(&mut self, name: &str, service: &str, tables: &[Node]) {
        let properties = [
            ("VpcEndpointType", "Gateway".into_node()),
            ("VpcId", self.reference("")),
            ("ServiceName", service_name(service)),
            ("RouteTableIds", tables.to_vec().into_node()),
        ];
        self.add(&format!("{name}Endpoint"), "AWS::EC2::VPCEndpoint", properties);
    }

    /// Endpoints that take connections from everything in the network.
    #[track_caller]
    fn interface_endpoints(&mut self, services: &[String], subnets: &[Value<String>]) {
        let ingress = object([
            ("IpProtocol", "tcp".into_node()),
            ("FromPort", 443.into_node()),
            ("ToPort", 443.into_node()),
            ("CidrIp", get_att::<String>(self.id, "CidrBlock").into_node()),
            ("Description", "HTTPS from the network".into_node()),
        ]);
        let group = [
            ("GroupDescription", "Endpoints of services: HTTPS from the network".into_node()),
            ("VpcId", self.reference("")),
            ("SecurityGroupIngress", vec![ingress.into_node()].into_node()),
            ("Tags", self.tags("Endpoints")),
        ];
        self.add("Endpoints", "AWS::EC2::SecurityGroup", group);
        let group: Value<String> = get_att(format!("{}Endpoints", self.id), "GroupId");
        for service in services {
            let words = service.split(|character: char| !character.is_ascii_alphanumeric());
            let name: String = words.map(capitalized).collect();
            let properties = [
                ("VpcEndpointType", "Interface".into_node()),
                ("VpcId", self.reference("")),
                ("ServiceName", service_name(service)),
                ("PrivateDnsEnabled", true.into_node()),
                ("SubnetIds", subnets.to_vec().into_node()),
                ("SecurityGroupIds", vec![group.clone()].into_node()),
            ];
            self.add(&format!("{name}Endpoint"), "AWS::EC2::VPCEndpoint", properties);
        }
    }

    #[track_caller]
    fn flow_logs(&mut self, days: Value<i64>) {
        let group = self.stack.add(format!("{}FlowLogs", self.id), logs::LogGroup::new().retention_in_days(days));
        let trust = PolicyDocument::new().statement(trusted_in_account("vpc-flow-logs.amazonaws.com"));
        let write = Statement::allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"])
            .resource(group.arn());
        let role = role(trust, "FlowLogs", PolicyDocument::new().statement(write));
        let role_id = format!("{}FlowLogsRole", self.id);
        self.stack.add(role_id.as_str(), Resource::raw("AWS::IAM::Role", role));
        let role: Value<String> = get_att(role_id, "Arn");
        let properties = [
            ("ResourceType", "VPC".into_node()),
            ("ResourceId", self.reference("")),
            ("TrafficType", "ALL".into_node()),
            ("LogDestinationType", "cloud-watch-logs".into_node()),
            ("LogDestination", group.arn().into_node()),
            ("DeliverLogsPermissionArn", role.into_node()),
        ];
        self.add("FlowLog", "AWS::EC2::FlowLog", properties);
    }
}

/// A service of AWS by the end of its name, or by its whole name.
fn service_name(service: &str) -> Node {
    match service.starts_with("com.") || service.starts_with("cn.com.") || service.starts_with("aws.") {
        true => service.into_node(),
        false => sub(format!("com.amazonaws.${{AWS::Region}}.{service}")).into_node(),
    }
}

/// Connections to anywhere, as security groups have by themselves; said, so that it can be seen.
fn everywhere() -> Node {
    let egress = [
        ("IpProtocol", "-1".into_node()),
        ("CidrIp", "0.0.0.0/0".into_node()),
        ("Description", "To wherever a route leads".into_node()),
    ];
    object(egress).into_node()
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

impl NetworkHandle {
    /// The VPC's id.
    pub fn vpc_id(&self) -> Value<String> {
        ref_(self.id.as_str())
    }

    /// The VPC's block of addresses.
    pub fn cidr(&self) -> Value<String> {
        get_att(self.id.as_str(), "CidrBlock")
    }

    /// The ids of the subnets that functions and interface endpoints are in: the private ones, or, without NAT gateways, the isolated ones.
    pub fn subnets(&self) -> &[Value<String>] {
        if self.private.is_empty() { &self.isolated } else { &self.private }
    }

    /// The ids of the public subnets, which are there after [`Network::public_subnets`] or [`Network::nat_gateways`].
    pub fn public_subnets(&self) -> &[Value<String>] {
        &self.public
    }

    /// The ids of the private subnets, which are there after [`Network::nat_gateways`].
    pub fn private_subnets(&self) -> &[Value<String>] {
        &self.private
    }

    /// The ids of the isolated subnets: for databases and the like.
    pub fn isolated_subnets(&self) -> &[Value<String>] {
        &self.isolated
    }

    /// The id of the security group of functions, which nobody connects to.
    pub fn security_group(&self) -> Value<String> {
        get_att(format!("{}Functions", self.id), "GroupId")
    }

    /// What puts a function of SAM into the network: `function.vpc_config(network.vpc_config())`. SAM gives it the permission.
    pub fn vpc_config(&self) -> sam::function::VpcConfig {
        sam::function::VpcConfig::new().security_group_ids([self.security_group()]).subnet_ids(self.subnets().to_vec())
    }

    /// What puts an `AWS::Lambda::Function` into the network. Its role needs [`NetworkHandle::grant_join`].
    pub fn lambda_vpc_config(&self) -> lambda::function::VpcConfig {
        lambda::function::VpcConfig::new()
            .security_group_ids([self.security_group()])
            .subnet_ids(self.subnets().to_vec())
    }

    /// Having network interfaces, which Lambda makes in the name of a function's role. EC2 knows no resources for some of it.
    pub fn grant_join(&self) -> PolicyDocument {
        let actions = [
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
        ];
        PolicyDocument::new().statement(Statement::allow(actions).resource("*"))
    }

    /// For each NAT gateway, how many connections it could not make in the period since it had no port left.
    pub fn metrics_nat_port_errors(&self) -> Vec<Metric> {
        self.metrics_nat("ErrorPortAllocation", "no port left")
    }

    /// For each NAT gateway, how many bytes went to the internet in the period, which is what it costs besides its hours.
    pub fn metrics_nat_bytes_out(&self) -> Vec<Metric> {
        self.metrics_nat("BytesOutToDestination", "bytes out")
    }

    fn metrics_nat(&self, name: &str, label: &str) -> Vec<Metric> {
        let metric = |(index, gateway): (usize, &Value<String>)| {
            Metric::new("AWS/NATGateway", name)
                .dimension("NatGatewayId", gateway.clone())
                .statistic("Sum")
                .label(format!("{label}, zone {}", index + 1))
        };
        self.nat_gateways.iter().enumerate().map(metric).collect()
    }
}

impl AsRef<str> for NetworkHandle {
    fn as_ref(&self) -> &str {
        &self.id
    }
}
