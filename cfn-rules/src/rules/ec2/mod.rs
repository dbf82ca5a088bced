//! EC2.

pub(crate) mod blocks;
pub(crate) mod devices;
pub(crate) mod eip_domain;
pub(crate) mod ignored_iops;
pub(crate) mod image_parameter;
pub(crate) mod instance_type;
pub(crate) mod instance_without_image;
pub(crate) mod launch_template_networks;
pub(crate) mod overlapping_subnets;
pub(crate) mod primary_private_address;
pub(crate) mod private_dns_twice;
pub(crate) mod second_route_table;
pub(crate) mod security_group_all_ports;
pub(crate) mod security_group_ignored_ports;
pub(crate) mod security_group_port_range;
pub(crate) mod subnet_outside_vpc;
pub(crate) mod virtual_device_name;
pub(crate) mod virtual_name_with_volume;
pub(crate) mod volume_iops;
pub(crate) mod vpn_gateway_type;
