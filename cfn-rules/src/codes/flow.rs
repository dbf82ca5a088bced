//! Mistakes in the asynchronous flow: producers, queues, functions, dead-letter queues, and what starts and watches them.

rules! {
    warning AL1001 "function sends to the queue that it consumes";
    warning AL1002 "message loop between queues";
    warning AL1005 "consumed queue without a dead-letter queue";
    warning AL1006 "dead-letter queue that nothing watches";
    warning AL1007 "batch without partial batch responses";
    error AL1008 "visibility timeout is shorter than the function's timeout";
    error AL1011 "batch size is too large";
    error AL1012 "batching window for a FIFO queue";
    error AL1013 "maximum concurrency is not 2 to 1000";
    error AL1014 "role may not consume the queue of the event source mapping";
    error AL1015 "role may not send to a queue that the function is told about";
    warning AL1016 "queue with two event source mappings";
    warning AL1017 "alarm on a queue that does not exist";
    error AL1018 "missing code of a function";
    warning AL1019 "function may run longer than its API waits";
    warning AL1021 "policy allows more than is needed";
    error AL1022 "environment variables exceed 4 KB";
    error AL1023 "schedule never fires";
    error AL1026 "memory, storage or timeout outside of Lambda's limits";
    error AL1027 "environment variable that Lambda reserves";
    error AL1028 "more than 500 resources after the SAM transform";
    warning AL1030 "visibility timeout is less than six times the function's timeout";
    warning AL1031 "maximum concurrency exceeds the function's reserved concurrency";
    error AL1040 "invalid name of an environment variable";
    error AL1041 "subnets without security groups, or security groups without subnets";
}
