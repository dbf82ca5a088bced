//! Stacks of one program, and values that they share.

rules! {
    /// A stack can import what another stack of the program exports. If that stack is not given to `main`, nothing says when it is
    /// deployed, nor that it still exports the value.
    ///
    /// ## Mistake
    ///
    /// `main(service)`, where `service` imports from the stack `data`.
    ///
    /// ## Fix
    ///
    /// `main(Program::new().stack(data).stack(service))`.
    error AL0501 "import from a stack outside of the program";
    /// A stack is deployed after those that it imports from. Stacks that import from each other cannot be deployed.
    ///
    /// ## Mistake
    ///
    /// `data` imports the ARN of a queue from `service`, and `service` that of a table from `data`.
    ///
    /// ## Fix
    ///
    /// Move what both need into a third stack, or put them together.
    error AL0502 "stacks that import from each other";
    /// An exported output and a parameter of Systems Manager are known in their account and region only. `Fn::GetStackOutput`
    /// reaches other regions, and other accounts with a role of theirs.
    ///
    /// ## Mistake
    ///
    /// `web.export("CertificateArn", arn)` in a stack of `us-east-1`, which a stack of `eu-central-1` imports.
    ///
    /// ## Fix
    ///
    /// `web.export_by(Sharing::Output, "CertificateArn", arn)`.
    error AL0503 "import that does not reach the other stack";
    /// An export that nobody imports keeps its value from being changed, for nothing. It is right for one deployment, after the last
    /// stack that imported it does without.
    ///
    /// ## Mistake
    ///
    /// `data.export("TableArn", arn)`, and no `import` of it.
    ///
    /// ## Fix
    ///
    /// Remove it. What other programs import is an output: `data.output("TableArn", Output::new(arn).export_name("data-TableArn"))`.
    warning AL0504 "export that no stack imports";
    /// CloudFormation refuses to delete an export as long as a deployed stack imports it. The program is deployed in the order of
    /// its stacks, so the export would go before the stack that imports it is updated. What was deployed is what the output folder has
    /// from the last synthesis, so each stage needs a folder of its own.
    ///
    /// ## Mistake
    ///
    /// Export and import are removed at once; `manifest.json` in the output folder still has both.
    ///
    /// ## Fix
    ///
    /// Remove the import, synthesize and deploy; then remove the export.
    error AL0505 "export that is gone while a stack imports it";
    /// CloudFormation has no tags for these types.
    ///
    /// ## Mistake
    ///
    /// `program.tag("team", "core")`, where a stack has an `AWS::S3::BucketPolicy`.
    ///
    /// ## Fix
    ///
    /// None is needed: the other resources have the tag.
    info AL0506 "types without tags";
    /// An account has twelve digits; a region is one of AWS, written as AWS writes it.
    ///
    /// ## Mistake
    ///
    /// `Stack::new("data").in_account("1234").in_region("Frankfurt")`.
    ///
    /// ## Fix
    ///
    /// `Stack::new("data").in_account("123456789012").in_region("eu-central-1")`.
    error AL0507 "account or region that does not exist";
    /// A list goes from one stack to another as a text, which the other stack splits. `Fn::Split` takes `Fn::ImportValue`, but
    /// neither `Fn::GetStackOutput` nor a parameter of Systems Manager, whose value is put in later.
    ///
    /// ## Mistake
    ///
    /// `network.export_by(Sharing::Parameter, "Zones", get_azs(""))`.
    ///
    /// ## Fix
    ///
    /// `network.export("Zones", get_azs(""))`.
    error AL0508 "list that is not shared as an export";
    /// The schema of a resource type is an object with `properties`, as the registry of CloudFormation has it. Its `typeName`
    /// is the name under which it is given. Every keyword is one of JSON Schema or of the registry, every pattern is a regular
    /// expression, and every `$ref` leads to a definition of the same document. A type has one schema: a second one that differs is an error.
    /// Schemas are read only with the cargo feature `schemas`, which `async-lambda-constructs` and `cfn-rules` have.
    ///
    /// ## Mistake
    ///
    /// `stack.schema("My::Org::Mailbox", json!({"properties": {"Size": {"type": "int"}}}))`.
    ///
    /// ## Fix
    ///
    /// `stack.schema("My::Org::Mailbox", json!({"properties": {"Size": {"type": "integer"}}}))`.
    error AL0509 "invalid schema of a resource type";
    /// An asset is a file or a folder of the program. Its path counts from the folder of Cargo.toml, and can be `../shared`. In a
    /// folder, files and folders are packaged, and links to what is in the folder.
    ///
    /// ## Mistake
    ///
    /// `stack.asset(Asset::folder("lambda/wroker"))`, where the folder is `lambda/worker`.
    ///
    /// ## Fix
    ///
    /// `stack.asset(Asset::folder("lambda/worker"))`.
    error AL0510 "asset that cannot be read";
    /// `sam package` and `aws cloudformation package` upload the files that some properties name: the code of a function or a layer,
    /// an API definition, a state machine, a nested template. In another property, or inside of a function call, the path would stay
    /// as it is. A definition is a file, code is an archive, which a folder becomes.
    ///
    /// ## Mistake
    ///
    /// `stack.output("Code", Output::new(&code))`.
    ///
    /// ## Fix
    ///
    /// `sam::Function::new().code_uri(&code)`.
    error AL0511 "asset where packaging does not look";
    /// An asset that no property has is neither read nor written.
    ///
    /// ## Mistake
    ///
    /// `let code = stack.asset(Asset::folder("lambda/worker"));`, and `code` is not used.
    ///
    /// ## Fix
    ///
    /// `sam::Function::new().code_uri(&code)`.
    warning AL0512 "asset that nothing uses";
    /// The files of a function and of its layers can be 250 MB (262144000 bytes) together.
    ///
    /// ## Mistake
    ///
    /// `Asset::folder("worker")`, which has a virtual environment and the data of its tests in it.
    ///
    /// ## Fix
    ///
    /// `Asset::folder("worker").exclude([".venv/", "tests/"])`; or a container image, which can be 10 GB.
    error AL0513 "asset larger than Lambda takes";
    /// Lambda takes an archive of up to 50 MB in a request. A larger one goes through S3, as it does with `sam deploy` and
    /// `aws cloudformation package`.
    ///
    /// ## Mistake
    ///
    /// An asset of 60 MB, which `aws lambda update-function-code --zip-file` refuses.
    ///
    /// ## Fix
    ///
    /// None is needed, if it is deployed with the template.
    info AL0514 "asset larger than a request can be";
    /// Assets are read, hashed and zipped with the feature `assets` of `async-lambda-constructs`. A program without them compiles
    /// in less time.
    ///
    /// ## Mistake
    ///
    /// `async-lambda-constructs = { version = "0.1", default-features = false }` and `stack.asset(..)`.
    ///
    /// ## Fix
    ///
    /// `async-lambda-constructs = { version = "0.1", default-features = false, features = ["assets"] }`.
    error AL0515 "asset without the feature for it";
    /// A stack reads the outputs of a stack inside of it. One that the nested stack does not have fails the deployment.
    ///
    /// ## Mistake
    ///
    /// `network.output(&jobs_arn)`, where `jobs_arn` is an output of the nested stack `storage`.
    ///
    /// ## Fix
    ///
    /// `storage.output(&jobs_arn)`.
    error AL0521 "output that a nested stack does not have";
    /// One operation on a stack and the stacks inside of it creates, changes or deletes at most 2,500 resources, a quota of
    /// CloudFormation. Those that the SAM transform makes count.
    ///
    /// ## Mistake
    ///
    /// An application whose groups have 3,000 resources together, which is deployed for the first time.
    ///
    /// ## Fix
    ///
    /// Deploy some groups at first and the others later, or make two applications of it. Later deployments change few resources each.
    warning AL0522 "more than 2,500 resources in one operation";
    /// Groups of an application are deployed at the same time, so none has values of another one. Queues and functions have names, of
    /// which ARNs and URLs are made; for anything else there is no way from one group to another.
    ///
    /// ## Mistake
    ///
    /// `stack.override_property("InvoiceALFunc", "Role", get_att("MailALFuncRole", "Arn"))`, where the two tasks are in different groups.
    ///
    /// ## Fix
    ///
    /// Put both tasks into one group, or `Mail` into none.
    error AL0523 "reference from one group to another";
    /// In an application with API tasks in groups, the API has a definition with all routes, because SAM adds a route only to an API
    /// of the same template. What SAM reads from the event of a function is not in there.
    ///
    /// ## Mistake
    ///
    /// `stack.override_property(&function, "Events.APIEvent.Properties.Auth.Authorizer", "NONE")`.
    ///
    /// ## Fix
    ///
    /// Say it for the whole API, or give the API a `DefinitionBody` with all routes.
    error AL0524 "route of an event that the definition of the API does not have";
    /// CloudFormation creates a resource in one stack before it deletes it in another one, and two queues or functions of one name
    /// cannot be. A task that was deployed is moved by itself, before the application is deployed again. What was deployed is not known
    /// here: the templates of the last synthesis, in the output folder, are taken for it.
    ///
    /// ## Mistake
    ///
    /// A task that was deployed gets `task(handler).group("billing")`.
    ///
    /// ## Fix
    ///
    /// Move its resources first, as the guide's page on large applications says.
    warning AL0525 "resource that moves to another stack";
    /// A nested stack gives values to its parent as outputs. Its own name is made at deployment, so an export of it would have no name
    /// that others know.
    ///
    /// ## Mistake
    ///
    /// `storage.export("JobsArn", jobs.arn())`, and `NestedStack::new(storage)`.
    ///
    /// ## Fix
    ///
    /// `storage.nested_output("JobsArn", jobs.arn())`, which the parent reads with `nested.output(&output)`, and can export.
    error AL0526 "export of a nested stack";
    /// A handle is a name in one template. In another stack of the program there is no resource of that name.
    ///
    /// ## Mistake
    ///
    /// `let jobs = data.add("Jobs", ManagedQueue::new());` and then `service.add("Rule", rule(jobs.arn()))`.
    ///
    /// ## Fix
    ///
    /// `let arn = data.export("JobsArn", jobs.arn());` and then `service.add("Rule", rule(service.import(&arn)))`.
    error AL0527 "resource of another stack";
    /// CloudFormation wants letters, digits and hyphens in the name of a stack, a letter first, and at most 128 characters. The file of
    /// a template has the name of its stack, so no two stacks of a program have the same.
    ///
    /// ## Mistake
    ///
    /// `Stack::new("shop_data")`.
    ///
    /// ## Fix
    ///
    /// `Stack::new("shop-data")`.
    error AL0528 "invalid name of a stack";
    /// The name of an export is unique in an account and region. CloudFormation refuses the stack that comes second.
    ///
    /// ## Mistake
    ///
    /// `data.output("Table", Output::new(a).export_name("table"))` and `users.output("Table", Output::new(b).export_name("table"))`.
    ///
    /// ## Fix
    ///
    /// Begin the names with that of the stack, as `stack.export` does: `data-Table` and `users-Table`.
    error AL0529 "two exports with the same name";
}
