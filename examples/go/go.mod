module example.com/baton-goal

go 1.19
