//! Looking facts up.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};

fn look_up(criterion: &mut Criterion) {
    criterion.bench_function("schema/one type", |bencher| {
        bencher.iter(|| cfn_schema::resource_type(black_box("AWS::Lambda::Function")));
    });
    criterion.bench_function("schema/one property of one type", |bencher| {
        bencher.iter(|| {
            let function = cfn_schema::resource_type(black_box("AWS::Lambda::Function"))?;
            function.schema().property(black_box("MemorySize"))?.maximum()
        });
    });
    criterion.bench_function("schema/a type that does not exist", |bencher| {
        bencher.iter(|| cfn_schema::resource_type(black_box("AWS::Lambda::Funktion")));
    });
}

criterion_group!(benches, look_up);
criterion_main!(benches);
