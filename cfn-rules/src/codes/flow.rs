//! Mistakes in the asynchronous flow: producers, queues, functions, dead-letter queues, and what starts and watches them.

rules! {
    warning AL1001 "A function does not send to the queue that it consumes";
    warning AL1002 "Queues and functions do not send in a circle";
    warning AL1003 "A dead-letter queue keeps messages for as long as its source";
    error AL1004 "A queue is not its own dead-letter queue";
    warning AL1005 "A queue that a function consumes has a dead-letter queue";
    warning AL1006 "Somebody watches a dead-letter queue";
    warning AL1007 "A function that gets several messages at once says which of them failed";
    error AL1008 "The visibility timeout of a queue is at least the timeout of the function that consumes it";
    error AL1009 "The dead-letter queue of a FIFO queue is a FIFO queue, that of a standard queue is none";
    error AL1010 "The name of a FIFO queue ends with `.fifo`, and no other does";
    error AL1011 "A batch of more than 10 messages has a window, and that of a FIFO queue at most 10";
    error AL1012 "A mapping of a FIFO queue has no batching window";
    error AL1013 "The maximum concurrency of a mapping is 2 to 1000";
    error AL1014 "The role of a function may consume the queue that is mapped to it";
    error AL1015 "The role of a function may send to a queue that the function is told about";
    warning AL1016 "One mapping consumes a queue";
    warning AL1017 "An alarm watches a queue that exists";
    error AL1018 "The code of a function is there";
    warning AL1019 "A function answers before the API in front of it gives up";
    error AL1020 "Two queues have different names";
    warning AL1021 "A policy allows the actions that are needed, on the resources that are needed";
    error AL1022 "The environment variables of a function have at most 4 KB";
    error AL1023 "A schedule fires some time";
    error AL1025 "A message is delayed by at most 900 seconds";
    error AL1026 "The memory, storage and timeout of a function are within Lambda's limits";
    error AL1027 "A function sets no environment variable that Lambda sets";
    error AL1028 "A template has at most 500 resources after the SAM transform";
    warning AL1030 "The visibility timeout of a queue is six times the timeout of the function that consumes it";
    warning AL1031 "The maximum concurrency of a mapping is at most the reserved concurrency of its function";
    error AL1040 "Invalid name of an environment variable";
    error AL1041 "Subnets without security groups, or security groups without subnets";
}
