//! The rules.
//!
//! | folder | what it looks at |
//! |---|---|
//! | `template` | the template itself: its text, sections, description and transform, nulls |
//! | `parameters`, `mappings`, `conditions`, `rules_section`, `outputs`, `metadata` | the sections of a template |
//! | `resources` | resources of any type: names, types, attributes and policies |
//! | `walk` | no rule: one pass through the template for function calls and schemas |
//! | `shape` | no rule: the form of attributes without a schema |
//! | `expect` | no rule: reports of values that are not what they have to be |
//! | `functions` | every function call: its arguments, and whether what it refers to exists |
//! | `apigateway`, `ec2`, `lambda`, `sqs`, ... | the resources of a service: one file a rule |
//! | `services` | services that AWS shuts down |
//! | `tags` | tags of any resource |
//! | `values` | no rule: what a rule sees of one resource |
//! | `advice` | any template: it works, and there is a better way |
//! | `references` | what references lead to, and what depends on what |
//! | `policy_templates` | members of `Policies` of SAM's functions and state machines |

pub(crate) mod advice;
pub(crate) mod amazonmq;
pub(crate) mod apigateway;
pub(crate) mod appstream;
pub(crate) mod autoscaling;
pub(crate) mod backup;
pub(crate) mod certificatemanager;
pub(crate) mod cloudformation;
pub(crate) mod cloudfront;
pub(crate) mod cloudwatch;
pub(crate) mod codebuild;
pub(crate) mod codepipeline;
pub(crate) mod conditions;
pub(crate) mod dax;
pub(crate) mod definition;
pub(crate) mod docdb;
pub(crate) mod dynamodb;
pub(crate) mod ec2;
pub(crate) mod ecs;
pub(crate) mod elasticache;
pub(crate) mod elasticloadbalancing;
pub(crate) mod elasticsearch;
pub(crate) mod emr;
pub(crate) mod events;
pub(crate) mod expect;
pub(crate) mod fsx;
pub(crate) mod functions;
pub(crate) mod gamelift;
pub(crate) mod guardduty;
pub(crate) mod iam;
pub(crate) mod index;
pub(crate) mod lambda;
pub(crate) mod logs;
pub(crate) mod managedblockchain;
pub(crate) mod mappings;
pub(crate) mod metadata;
pub(crate) mod neptune;
pub(crate) mod opensearch;
pub(crate) mod outputs;
pub(crate) mod parameters;
pub(crate) mod policy_templates;
pub(crate) mod rds;
pub(crate) mod redshift;
pub(crate) mod references;
pub(crate) mod resources;
pub(crate) mod route53;
pub(crate) mod rules_section;
pub(crate) mod s3;
pub(crate) mod sagemaker;
pub(crate) mod serverless;
pub(crate) mod services;
pub(crate) mod shape;
pub(crate) mod sns;
pub(crate) mod sqs;
pub(crate) mod ssm;
pub(crate) mod tags;
pub(crate) mod template;
pub(crate) mod values;
pub(crate) mod walk;
