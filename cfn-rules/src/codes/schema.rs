//! A resource has the shape of its type.

rules! {
    error E3002 "A resource has the properties of its type only";
    error E3003 "Required properties are there";
    error E3006 "The resource type exists";
    error E3012 "A value has the type of its property";
    error E3014 "Exactly one of some properties is there";
    error E3017 "A value fits at least one alternative";
    error E3018 "A value fits exactly one alternative";
    error E3020 "Properties that exclude each other are not together";
    error E3021 "Properties that need each other are together";
    error E3030 "A value is a member of its enumeration";
    error E3031 "A text matches its pattern";
    error E3032 "A list is neither too short nor too long";
    error E3033 "A text is neither too short nor too long";
    error E3034 "A number is within its range";
    error E3037 "The members of a list are different";
    error E3040 "A property that only AWS sets is not in the template";
    error E3058 "At least one of some properties is there";
    error E3065 "A list has few enough different members";
}
